/** Skip-gram in plain loops: the algorithm of lib/native/skip_gram.h, number for number. */
import type { SkipGramPass, SkipGramSettings, SkipGramState } from './pass';

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

export function portablePass({ dim, window, negative, table, keep }: SkipGramSettings): SkipGramPass {
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
