import { nativeOp, tf, type NativeOp } from '../backend';

/** What stays the same during a training. */
export interface SkipGramSettings {
  dim: number;
  window: number;
  negative: number;
  /** Noise words; one is drawn by a random place. */
  table: Int32Array;
  /** For each word, the chance that an occurrence of it is kept. */
  keep: Float32Array;
}

/** The two tables of vectors, `[words, dim]`: of the words themselves and of the words as context. */
export interface SkipGramState {
  input: Float32Array | tf.Tensor2D;
  output: Float32Array | tf.Tensor2D;
}

/** One pass over a stretch of text after another. */
export interface SkipGramPass {
  run(
    tokens: Int32Array,
    state: SkipGramState,
    firstRate: number,
    lastRate: number,
    seed: number,
  ): { state: SkipGramState; pairs: number };
  read(state: SkipGramState): Float32Array;
  dispose(): void;
}

/** The native pass (lib/native/skip_gram.cc) where its op is built, otherwise the same algorithm in TypeScript, some 10 times slower. */
export function skipGramPass(settings: SkipGramSettings, tier: 'native' | 'portable' = 'native'): SkipGramPass {
  const op = tier === 'native' ? nativeOp('LabSkipGram') : undefined;
  return op ? nativePass(settings, op) : portablePass(settings);
}

function nativePass(settings: SkipGramSettings, op: NativeOp): SkipGramPass {
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
      const [input, output, pairs] = op({ window, negative }, [rest[0], ...inputs, table, keep, rest[1], rest[2]], 3);
      const trained = pairs.dataSync()[0];
      tf.dispose([...rest, ...inputs, pairs]);
      held = [input, output];
      return { state: { input: input as tf.Tensor2D, output: output as tf.Tensor2D }, pairs: trained };
    },
    read: (state) => asTensor(state.input).dataSync() as Float32Array,
    dispose: () => tf.dispose([table, keep, ...held]),
  };
}

/** Marsaglia's xorshift32, the generator of the native pass. */
class Xorshift {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0 || 1;
  }

  next(): number {
    let x = this.state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (this.state = x >>> 0);
  }

  below(limit: number): number {
    return Math.floor((this.next() / 4294967296) * limit);
  }
}

function portablePass({ dim, window, negative, table, keep }: SkipGramSettings): SkipGramPass {
  const targets = new Int32Array(negative + 1);
  const change = new Float32Array((negative + 1) * dim);
  const inputChange = new Float32Array(dim);

  const trainWindow = (
    sentence: number[],
    centre: number,
    reach: number,
    count: number,
    rate: number,
    state: SkipGramState,
  ) => {
    const input = state.input as Float32Array;
    const output = state.output as Float32Array;
    let pairs = 0;
    change.fill(0);
    for (let at = Math.max(0, centre - reach); at <= Math.min(sentence.length - 1, centre + reach); at++) {
      if (at === centre) continue;
      const from = sentence[at] * dim;
      inputChange.fill(0);
      for (let k = 0; k < count; k++) {
        const to = targets[k] * dim;
        let score = 0;
        for (let d = 0; d < dim; d++) score += input[from + d] * output[to + d];
        const step = rate * ((k === 0 ? 1 : 0) - 1 / (1 + Math.exp(-score)));
        for (let d = 0; d < dim; d++) {
          inputChange[d] += step * output[to + d];
          change[k * dim + d] += step * input[from + d];
        }
      }
      for (let d = 0; d < dim; d++) input[from + d] += inputChange[d];
      pairs++;
    }
    for (let k = 0; k < count; k++) for (let d = 0; d < dim; d++) output[targets[k] * dim + d] += change[k * dim + d];
    return pairs;
  };

  return {
    run(tokens, state, firstRate, lastRate, seed) {
      const random = new Xorshift(seed);
      let pairs = 0;
      for (let start = 0; start < tokens.length; ) {
        const sentence: number[] = [];
        let end = start;
        for (; end < tokens.length && tokens[end] >= 0; end++) {
          const chance = keep[tokens[end]];
          if (chance >= 1 || random.next() / 4294967296 < chance) sentence.push(tokens[end]);
        }
        const rate = firstRate + (lastRate - firstRate) * (start / tokens.length);
        for (let centre = 0; centre < sentence.length; centre++) {
          const reach = 1 + random.below(window);
          targets[0] = sentence[centre];
          let count = 1;
          for (let k = 0; k < negative; k++) {
            const drawn = table[random.below(table.length)];
            if (drawn !== targets[0]) targets[count++] = drawn;
          }
          pairs += trainWindow(sentence, centre, reach, count, rate, state);
        }
        start = end + 1;
      }
      return { state, pairs };
    },
    read: (state) => state.input as Float32Array,
    dispose: () => undefined,
  };
}
