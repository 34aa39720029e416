/** Answers Jupyter's requests. */
import { Executions } from './executions';
import type { Compiler } from './compile/compiler';
import type { Channels } from './protocol/channels';
import type { Message } from './protocol/message';

export class Kernel {
  constructor(
    private readonly channels: Channels,
    private readonly compiler: () => Compiler,
    private readonly executions: Executions,
    private readonly typescriptVersion: string,
    private readonly leave: (restart: boolean) => void,
  ) {}

  onShell = (request: Message): void => {
    if (request.header.msg_type === 'execute_request') this.executions.add(request);
    else this.answer('shell', request);
  };

  onControl = (request: Message): void => {
    const { msg_type } = request.header;
    if (msg_type === 'interrupt_request') {
      this.executions.interrupt(Date.parse(request.header.date));
      this.channels.reply('control', request, { status: 'ok' });
    } else if (msg_type === 'shutdown_request') {
      const restart = request.content.restart === true;
      this.channels.reply('control', request, { status: 'ok', restart });
      this.channels.publish('shutdown_reply', { status: 'ok', restart }, request.header);
      this.leave(restart);
    } else this.answer('control', request);
  };

  onStdin = ({ header, content }: Message): void => {
    if (header.msg_type === 'input_reply') this.executions.onAnswer(String(content.value ?? ''));
  };

  private answer(channel: 'shell' | 'control', request: Message): void {
    const { header } = request;
    this.channels.publish('status', { execution_state: 'busy' }, header);
    const content = this.content(request);
    if (content) this.channels.reply(channel, request, { status: 'ok', ...content });
    this.channels.publish('status', { execution_state: 'idle' }, header);
    this.executions.repeatStatus();
  }

  private content({ header, content }: Message): Record<string, unknown> | undefined {
    const code = String(content.code ?? '');
    switch (header.msg_type) {
      case 'kernel_info_request':
        return this.info();
      case 'complete_request': {
        const { start, end, matches } = this.compiler().complete(code, toUnits(code, content.cursor_pos));
        return { matches, cursor_start: toCharacters(code, start), cursor_end: toCharacters(code, end), metadata: {} };
      }
      case 'inspect_request': {
        const text = this.compiler().inspect(code, toUnits(code, content.cursor_pos));
        return { found: text !== undefined, data: text === undefined ? {} : { 'text/plain': text }, metadata: {} };
      }
      case 'is_complete_request':
        return { ...this.compiler().isComplete(code) };
      case 'comm_info_request':
        return { comms: {} };
      case 'history_request':
        return { history: this.executions.history.find(content) };
      default:
        return undefined;
    }
  }

  private info(): Record<string, unknown> {
    return {
      protocol_version: '5.3',
      implementation: 'lstm-lab',
      implementation_version: '0.1.0',
      language_info: {
        name: 'typescript',
        version: this.typescriptVersion,
        mimetype: 'text/typescript',
        file_extension: '.ts',
        pygments_lexer: 'typescript',
        codemirror_mode: { mode: 'typescript', name: 'javascript', typescript: true },
      },
      banner: `TypeScript ${this.typescriptVersion} on Node ${process.version}`,
      help_links: [],
    };
  }
}

/** Jupyter counts characters, JavaScript UTF-16 units. */
function toUnits(code: string, position: unknown): number {
  return typeof position === 'number' ? [...code].slice(0, position).join('').length : code.length;
}

function toCharacters(code: string, position: number): number {
  return [...code.slice(0, position)].length;
}
