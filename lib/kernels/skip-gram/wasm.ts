/** Skip-gram as one call of our own in WebAssembly (lib/wasm/skip_gram.cc), on tables that stay in its memory. */
import { tf, type WasmKernels } from '../../backend';
import type { SkipGramPass, SkipGramSettings, SkipGramState } from './pass';

export function wasmPass(kernels: WasmKernels, settings: SkipGramSettings): SkipGramPass {
  const { dim, window, negative } = settings;
  const table = tf.keep(tf.tensor1d(settings.table, 'int32'));
  const keep = tf.keep(tf.tensor1d(settings.keep));
  const words = settings.keep.length;
  refuseOutside(settings.table, 0, words);
  let held: tf.Tensor[] = [];
  const asTensor = (vectors: Float32Array | tf.Tensor2D) => {
    if (!(vectors instanceof Float32Array)) return vectors;
    const tensor = tf.keep(tf.tensor2d(vectors, [vectors.length / dim, dim]));
    held.push(tensor);
    return tensor;
  };
  return {
    run(tokens, state, firstRate, lastRate, seed): { state: SkipGramState; pairs: number } {
      refuseOutside(tokens, -1, words);
      const [input, output] = [asTensor(state.input), asTensor(state.output)];
      const text = tf.tensor1d(tokens, 'int32');
      const noise = [kernels.address(table), table.size, kernels.address(keep)];
      const tables = [input, output, text].map((tensor) => kernels.address(tensor));
      const call = kernels.struct([dim, window, negative, ...noise, ...tables, tokens.length, seed]);
      const pairs = kernels.run('skip_gram', call, firstRate, lastRate);
      text.dispose();
      return { state: { input, output }, pairs };
    },
    read: (state) => asTensor(state.input).dataSync() as Float32Array,
    dispose() {
      tf.dispose([table, keep, ...held]);
      held = [];
    },
  };
}

/** @throws RangeError with the first number that is no word, nor, where `least` is -1, the end of a sentence */
function refuseOutside(tokens: Int32Array, least: number, words: number): void {
  const wrong = tokens.find((token) => token < least || token >= words);
  if (wrong !== undefined) throw new RangeError(`skip-gram: the word ${wrong} is none of ${words}, which begin at 0.`);
}
