/** Counts the operations of one training step, and says how long each takes: `node --import tsx scripts/bench/operations.ts wide`. */
import { tf, train } from 'lstm-lab';
import type { Binding, NativeBackend } from '../../lib/backend/native';
import { buildOurs } from './ours';
import { named, type WorkloadName } from './workload';

const steps = 20;

/** How often something was done in a step, and the milliseconds that this took. */
interface Tally {
  count: number;
  ms: number;
}

/** Counts what goes through the binding. */
function count(backend: NativeBackend, tallies: Map<string, Tally>): void {
  const binding = backend.binding as Binding & { tensorDataSync(id: number): unknown };
  const counted = <Args extends unknown[], R>(title: (...args: Args) => string, run: (...args: Args) => R) => ({
    value: (...args: Args): R => {
      const start = performance.now();
      const result = run.apply(binding, args);
      const tally = tallies.get(title(...args)) ?? { count: 0, ms: 0 };
      tallies.set(title(...args), { count: tally.count + 1, ms: tally.ms + performance.now() - start });
      return result;
    },
  });
  backend.binding = Object.create(binding, {
    executeOp: counted((op) => op, binding.executeOp),
    createTensor: counted((shape) => `(a tensor of shape [${shape.join(', ')}] made)`, binding.createTensor),
    tensorDataSync: counted((_: number) => '(a tensor read)', binding.tensorDataSync),
  }) as Binding;
}

async function main(name: WorkloadName): Promise<void> {
  if (tf.getBackend() !== 'tensorflow') throw new Error('TensorFlow counts its operations; WebAssembly has none.');
  const tallies = new Map<string, Tally>();
  count(tf.backend() as unknown as NativeBackend, tallies);
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
