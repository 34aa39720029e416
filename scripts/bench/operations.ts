/** Counts the operations of one training step, and says how long each takes: `node --import tsx scripts/bench/operations.ts wide`. */
import { tf, train } from 'lstm-lab';
import { wasmKernels } from '../../lib/dist/backend'; // of the copy that computes
import type { Binding, NativeBackend } from '../../lib/backend/native';
import { buildOurs } from './ours';
import { named, type WorkloadName } from './workload';

const steps = 20;

/** How often something was done in a step, and the milliseconds that this took, without what it called. */
interface Tally {
  count: number;
  ms: number;
}

const tallies = new Map<string, Tally>();
/** The milliseconds within each call that is under way which went to calls of its own. */
const under: number[] = [];

/** A function that is counted, each call under its title. */
function counted<This, Args extends unknown[], R>(
  run: (this: This, ...args: Args) => R,
  title: (first: Args[0]) => string,
): (this: This, ...args: Args) => R {
  return function (...args) {
    const start = performance.now();
    under.push(0);
    try {
      return run.apply(this, args);
    } finally {
      const ms = performance.now() - start;
      const own = ms - under.pop()!;
      if (under.length > 0) under[under.length - 1] += ms;
      const tally = tallies.get(title(args[0])) ?? { count: 0, ms: 0 };
      tallies.set(title(args[0]), { count: tally.count + 1, ms: tally.ms + own });
    }
  };
}

/** Counts what goes through the binding of native TensorFlow. */
function countNative(backend: NativeBackend): void {
  const binding = backend.binding as Binding & { tensorDataSync(id: number): unknown };
  const own = {
    executeOp: counted(binding.executeOp.bind(binding), (op) => op),
    createTensor: counted(
      binding.createTensor.bind(binding),
      (shape) => `(a tensor of shape [${shape.join(', ')}] made)`,
    ),
    tensorDataSync: counted(binding.tensorDataSync.bind(binding), () => '(a tensor read)'),
  };
  const descriptors = Object.entries(own).map(([name, value]) => [name, { value }]);
  backend.binding = Object.create(binding, Object.fromEntries(descriptors)) as Binding;
}

/** Counts the kernels of TensorFlow.js' WebAssembly, and this library's own, whose names have a `lab.` before them. */
function countWasm(): void {
  for (const kernel of tf.getKernelsForBackend('wasm'))
    kernel.kernelFunc = counted(kernel.kernelFunc, () => kernel.kernelName);
  const own = wasmKernels();
  if (own) own.run = counted(own.run, (name) => `lab.${name}`);
}

async function main(name: WorkloadName): Promise<void> {
  if (tf.getBackend() === 'tensorflow') countNative(tf.backend() as unknown as NativeBackend);
  else countWasm();
  const { model, x, y } = buildOurs(named[name]);
  const fit = () => train.fit(model, x, y, { epochs: steps, batchSize: named[name].batch, verbose: 0 });
  await fit();
  tallies.clear();
  const start = performance.now();
  await fit();
  const total = (performance.now() - start) / steps;
  const rows = [...tallies].map(([title, { count, ms }]) => ({ title, count: count / steps, ms: ms / steps }));
  rows.sort((a, b) => b.ms - a.ms);
  const sum = (key: 'count' | 'ms') => rows.reduce((all, row) => all + row[key], 0);
  process.stdout.write(
    `${name}: ${total.toFixed(2)} ms a step, ${sum('count').toFixed(1)} calls, ${sum('ms').toFixed(2)} ms in them\n`,
  );
  for (const { title, count, ms } of rows)
    process.stdout.write(`${count.toFixed(1).padStart(7)} ${ms.toFixed(3).padStart(8)} ms  ${title}\n`);
  tf.dispose([x, y]);
}

main(process.argv[2] as WorkloadName).catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
