/** The contenders as processes: all alive at once with their models built, but only one of them at work at a time. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import path from 'node:path';
import readline from 'node:readline';
import { pythonIn } from '../../lib/build-native/python.mjs';
import type { Answer, Order } from './workload';

export type ContenderName =
  | 'ours'
  | 'ours_card'
  | 'ours_processor'
  | 'ours_wasm'
  | 'ours_wasm_alone'
  | 'tfjs'
  | 'tfjs_wasm'
  | 'onnx_wasm'
  | 'keras'
  | 'torch'
  | 'torch_flush'
  | 'torch_card';

const root = path.join(__dirname, '..', '..');
const tsx = ['--import', 'tsx'];
const python = pythonIn(path.join(root, '.venv-peers'));

const [ours, stock, onnx] = ['ours.ts', 'stock.ts', 'peers/onnx-web.ts'].map((file) => [
  process.execPath,
  ...tsx,
  path.join(__dirname, file),
]);

/** Program and arguments of each contender. */
const commands: Record<ContenderName, string[]> = {
  ours,
  ours_card: ours,
  ours_processor: ours,
  ours_wasm: ours,
  ours_wasm_alone: ours,
  tfjs: stock,
  tfjs_wasm: stock,
  onnx_wasm: onnx,
  keras: [python, path.join(__dirname, 'peers', 'keras_peer.py')],
  torch: [python, path.join(__dirname, 'peers', 'torch_peer.py')],
  torch_flush: [python, path.join(__dirname, 'peers', 'torch_peer.py'), '--flush'],
  torch_card: [python, path.join(__dirname, 'peers', 'torch_peer.py'), '--card'],
};

/** What a contender is told to compute with, where it does not choose for itself. */
const choices: Partial<Record<ContenderName, NodeJS.ProcessEnv>> = {
  ours_card: { LSTM_LAB_DEVICE: 'gpu' },
  ours_processor: { LSTM_LAB_DEVICE: 'cpu' },
  ours_wasm: { LSTM_LAB_BACKEND: 'wasm' },
  ours_wasm_alone: { LSTM_LAB_BACKEND: 'wasm', LSTM_LAB_THREADS: '1' },
  tfjs_wasm: { LSTM_LAB_BACKEND: 'wasm' },
};

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

export const environmentOf = (name: ContenderName, threads: number): NodeJS.ProcessEnv => ({
  ...environment(threads),
  ...choices[name],
});

/** Whether a contender does nothing but predict. */
export const onlyPredicts = (name: ContenderName): boolean => name === 'onnx_wasm';

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
    this.child = spawn(file, args, { cwd: root, env: environmentOf(name, threads), stdio: 'pipe' });
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
