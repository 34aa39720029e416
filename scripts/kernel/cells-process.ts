/** The process that runs the cells, seen from the kernel: started, interrupted, and never left behind. */
import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Duplex } from 'node:stream';
import type { Answer, FromCells, Question, ToCells, ToThread } from './link';
import { lastWords, memoryKills } from './last-words';
import { NativeLog } from './native-log';
import { endGroup, ownGroup } from './platform';

export interface CellsEvents {
  message(message: FromCells): void;
  question(question: Question): void;
  /** What native code, or a program that a cell started, wrote to the process's own stdout or stderr. */
  native(name: 'stdout' | 'stderr', text: string): void;
  /** The process has ended without being asked to; `reason` is a sentence. */
  died(name: string, reason: string): void;
}

/** Time for the last output to come through after the process has ended. */
const settleMilliseconds = 200;
/** A question takes another way than the output before it, and may not overtake it. */
const overtakingMilliseconds = 20;

export class CellsProcess {
  private readonly child: ChildProcess;
  private readonly log = new NativeLog();
  private killsBefore = memoryKills();
  private stopped = false;
  private ended = false;

  constructor(events: CellsEvents) {
    const script = path.join(__dirname, 'cells', 'main.js');
    this.child = spawn(process.execPath, ['--no-deprecation', script], {
      ...ownGroup(), // what cells start ends with them
      // The last one is read and written at once, which on Windows an overlapped pipe alone allows; elsewhere all are alike.
      stdio: ['ignore', 'pipe', 'pipe', 'ipc', 'overlapped'],
      env: { TF_CPP_MIN_LOG_LEVEL: '2', ...process.env },
    });
    const { stdout, stderr } = this.child;
    stdout!.setEncoding('utf8').on('data', (text: string) => events.native('stdout', text));
    stderr!.setEncoding('utf8').on('data', (text: string) => this.show(events, this.log.read(text)));
    stderr!.on('end', () => this.show(events, this.log.end()));
    this.child.on('message', (message) => events.message(message as FromCells));
    this.child.on(
      'error',
      (error) => !this.stopped && events.died('KernelDied', `The cells' process failed: ${error.message}`),
    );
    this.child.on('exit', (code, signal) => {
      this.killGroup();
      setTimeout(() => {
        if (!this.stopped)
          events.died(...lastWords({ code, signal, heapIsFull: this.log.heapIsFull, memoryKills: this.memoryKills() }));
      }, settleMilliseconds);
    });
    this.thread.on('error', () => undefined);
    createInterface({ input: this.thread }).on('line', (line) =>
      setTimeout(() => events.question(JSON.parse(line) as Question), overtakingMilliseconds),
    );
  }

  send(message: ToCells): void {
    if (message.type === 'run') this.killsBefore = memoryKills();
    if (this.child.connected) this.child.send(message);
  }

  /** Interrupts a cell: the thread beside the cells and the cells themselves are told. */
  interrupt(cell: number): void {
    this.tell({ type: 'interrupt', cell });
    this.send({ type: 'interrupt', cell });
  }

  answer(answer: Answer): void {
    this.tell({ type: 'answer', ...answer });
  }

  /** Ends the process at once, and the programs that its cells have started. */
  stop(): void {
    this.stopped = true;
    this.killGroup();
  }

  private killGroup(): void {
    if (this.child.pid === undefined || this.ended) return;
    this.ended = this.child.exitCode !== null || this.child.signalCode !== null;
    endGroup(this.child.pid);
  }

  /** For want of memory, since the latest cell began. */
  private memoryKills(): number | undefined {
    const now = memoryKills();
    return now === undefined || this.killsBefore === undefined ? undefined : now - this.killsBefore;
  }

  /** The thread beside the cells. */
  private get thread(): Duplex {
    return this.child.stdio[4] as Duplex;
  }

  private tell(message: ToThread): void {
    this.thread.write(`${JSON.stringify(message)}\n`);
  }

  private show(events: CellsEvents, text: string): void {
    if (text) events.native('stderr', text);
  }
}
