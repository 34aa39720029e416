/** The contenders as processes: all alive at once with their models built, but only one of them at work at a time. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import path from 'node:path';
import readline from 'node:readline';
import type { Answer, Order } from './workload';

export type ContenderName =
  | 'ours'
  | 'ours_card'
  | 'ours_processor'
  | 'tfjs'
  | 'keras'
  | 'torch'
  | 'torch_flush'
  | 'torch_card';

const root = path.join(__dirname, '..', '..');
const tsx = ['--import', 'tsx'];
const python = path.join(root, '.venv-peers', 'bin', 'python');

const ours = [process.execPath, ...tsx, path.join(__dirname, 'ours.ts')];

/** Program and arguments of each contender. */
const commands: Record<ContenderName, string[]> = {
  ours,
  ours_card: ours,
  ours_processor: ours,
  tfjs: [process.execPath, ...tsx, path.join(__dirname, 'stock.ts')],
  keras: [python, path.join(__dirname, 'peers', 'keras_peer.py')],
  torch: [python, path.join(__dirname, 'peers', 'torch_peer.py')],
  torch_flush: [python, path.join(__dirname, 'peers', 'torch_peer.py'), '--flush'],
  torch_card: [python, path.join(__dirname, 'peers', 'torch_peer.py'), '--card'],
};

/** The device that a contender of ours is held to. */
const devices: Partial<Record<ContenderName, string>> = { ours_card: 'gpu', ours_processor: 'cpu' };

/** The same number of threads for everybody. */
export function environment(threads: number): NodeJS.ProcessEnv {
  const count = String(threads);
  return {
    ...process.env,
    LSTM_LAB_THREADS: count,
    OMP_NUM_THREADS: count,
    TF_NUM_INTRAOP_THREADS: count,
    TF_CPP_MIN_LOG_LEVEL: '3',
  };
}

export const commandOf = (name: ContenderName): string[] => commands[name];

/** A running contender. */
export class Contender {
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly answers: AsyncIterator<string>;
  private errors = '';

  constructor(
    readonly name: ContenderName,
    threads: number,
  ) {
    const [file, ...args] = commands[name];
    const device = devices[name] && { LSTM_LAB_DEVICE: devices[name] };
    this.child = spawn(file, args, { cwd: root, env: { ...environment(threads), ...device }, stdio: 'pipe' });
    this.child.stderr.on('data', (chunk) => (this.errors = (this.errors + chunk).slice(-4000)));
    this.answers = readline.createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  /** Milliseconds of each run; throws with what the process printed when it has ended. */
  async time(order: Order): Promise<number[]> {
    this.child.stdin.write(`${JSON.stringify(order)}\n`);
    const { value, done } = await this.answers.next();
    if (done) throw new Error(`${this.name} ended: ${this.errors.trim()}`);
    return (JSON.parse(value as string) as Answer).ms;
  }

  end(): void {
    this.child.stdin.end();
    this.child.kill();
  }
}
