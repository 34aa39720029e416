/** The kernel's five sockets. Everything sent keeps its order, and nothing is dropped for a slow reader. */
import { Publisher, Reply, Router, type Socket } from 'zeromq';
import type { ConnectionInfo } from './connection';
import { decode, encode, type Header, type Message } from './message';

export class Channels {
  private readonly shell = new Router();
  private readonly control = new Router();
  private readonly stdin = new Router();
  private readonly heartbeat = new Reply();
  private readonly iopub = new Publisher({ sendHighWaterMark: 0, linger: 1000 });
  private readonly queues = new Map<Socket, Promise<void>>();

  constructor(private readonly connection: ConnectionInfo) {}

  /** Opens the sockets and hands every message to the one who hears its channel. */
  async open(hear: Record<'shell' | 'control' | 'stdin', (message: Message) => void>): Promise<void> {
    const { transport, ip, shell_port, control_port, stdin_port, hb_port, iopub_port } = this.connection;
    const bind = (socket: { bind(address: string): Promise<void> }, port: number) => {
      const address = `${transport}://${ip}:${port}`;
      return socket.bind(address).catch((error: Error) => {
        throw new Error(`The address ${address} of the connection file cannot be opened: ${error.message}.`);
      });
    };
    await Promise.all([
      bind(this.shell, shell_port),
      bind(this.control, control_port),
      bind(this.stdin, stdin_port),
      bind(this.heartbeat, hb_port),
      bind(this.iopub, iopub_port),
    ]);
    for (const channel of ['shell', 'control', 'stdin'] as const) void this.receive(this[channel], hear[channel]);
    void this.beat();
  }

  /** Tells every client of the notebook. */
  publish(type: string, content: Record<string, unknown>, parent: Header | undefined): void {
    const topic = Buffer.from(`kernel.${type}`);
    this.send(this.iopub, encode([topic], type, content, parent, this.connection.key));
  }

  /** Answers the client that sent `request`. */
  reply(channel: 'shell' | 'control', request: Message, content: Record<string, unknown>): void {
    const type = request.header.msg_type.replace(/_request$/, '_reply');
    this.send(this[channel], encode(request.identities, type, content, request.header, this.connection.key));
  }

  /** Asks the client that sent `request`. */
  ask(request: Message, content: Record<string, unknown>): void {
    this.send(this.stdin, encode(request.identities, 'input_request', content, request.header, this.connection.key));
  }

  /** Resolves when all that was sent has left. */
  async flush(): Promise<void> {
    await Promise.all(this.queues.values());
  }

  close(): void {
    for (const socket of [this.shell, this.control, this.stdin, this.heartbeat, this.iopub]) socket.close();
  }

  private send(socket: Router | Publisher, parts: Buffer[]): void {
    const previous = this.queues.get(socket) ?? Promise.resolve();
    this.queues.set(
      socket,
      previous.then(() => socket.send(parts)).catch((error) => this.complain(error)),
    );
  }

  private async receive(socket: Router, onMessage: (request: Message) => void): Promise<void> {
    for await (const parts of socket) {
      try {
        onMessage(decode(parts, this.connection.key));
      } catch (error) {
        this.complain(error);
      }
    }
  }

  private async beat(): Promise<void> {
    for await (const parts of this.heartbeat) await this.heartbeat.send(parts);
  }

  private complain(error: unknown): void {
    process.stderr.write(`TypeScript kernel: ${error instanceof Error ? error.message : String(error)}\n`);
  }
}
