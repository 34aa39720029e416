/** Skip-gram as one TensorFlow operation of our own (lib/native/skip_gram_op.cc). */
import { onDevice, tf, type NativeOp } from '../../backend';
import type { SkipGramPass, SkipGramSettings } from './pass';

export function nativePass(settings: SkipGramSettings, op: NativeOp): SkipGramPass {
  const { dim, window, negative } = settings;
  const table = tf.tensor1d(settings.table, 'int32');
  const keep = tf.tensor1d(settings.keep);
  let held: tf.Tensor[] = [];
  const asTensor = (table: Float32Array | tf.Tensor2D) =>
    table instanceof Float32Array ? tf.tensor2d(table, [table.length / dim, dim]) : table;
  return {
    run(tokens, state, firstRate, lastRate, seed) {
      const inputs = [asTensor(state.input), asTensor(state.output)];
      const rest = [tf.tensor1d(tokens, 'int32'), tf.tensor1d([firstRate, lastRate]), tf.tensor1d([seed], 'int32')];
      const given = [rest[0], ...inputs, table, keep, rest[1], rest[2]];
      const [input, output, pairs] = onDevice('cpu', () => op({ window, negative }, given, 3));
      const trained = pairs.dataSync()[0];
      tf.dispose([...rest, ...inputs, pairs]);
      held = [input, output];
      return { state: { input: input as tf.Tensor2D, output: output as tf.Tensor2D }, pairs: trained };
    },
    read: (state) => asTensor(state.input).dataSync() as Float32Array,
    dispose: () => tf.dispose([table, keep, ...held]),
  };
}
