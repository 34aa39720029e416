/**
 * The course's global seed. After `seed(n)` every random number of this process that has no seed of its own comes from `n`:
 * two runs of the same program give the same numbers on the same machine.
 *
 * TensorFlow.js has no global seed: an initializer, a dropout layer or a shuffle without one asks `Math.random`
 * (tensorflow/tfjs #2219). So `seed` does two things: it starts the stream of `nextSeed()`, from which this library's layers and
 * training loop draw theirs, and it replaces the `Math.random` that TensorFlow.js sees by a second seeded stream.
 */

import { replaceRandom, unseededRandom } from './mends/math-random';

/** The state of both streams; saved with a checkpoint so that a resumed training draws what it would have drawn. */
export interface RandomStreamState {
  seeds: number[];
  uniforms: number[];
}

const rotate = (x: number, k: number): number => (x << k) | (x >>> (32 - k));

/** A stream of random numbers of its own: xoshiro128** of Blackman and Vigna (2018), started from one integer by SplitMix32. */
export class RandomStream {
  constructor(readonly state: Uint32Array) {}

  /** The stream that starts from `seed`, an integer. */
  static from(seed: number): RandomStream {
    let s = seed >>> 0;
    const next = () => {
      s = (s + 0x9e3779b9) >>> 0;
      let z = s;
      z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
      z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
      return (z ^ (z >>> 16)) >>> 0;
    };
    return new RandomStream(Uint32Array.from([next(), next(), next(), next()]));
  }

  /** The next 32 random bits, as an unsigned integer. */
  next(): number {
    const s = this.state;
    const result = Math.imul(rotate(Math.imul(s[1], 5), 7), 9) >>> 0;
    const t = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 11);
    return result;
  }

  /** A number in [0, 1) with 53 random bits, as `Math.random` gives. */
  uniform(): number {
    const high = this.next() >>> 5;
    const low = this.next() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  /** An integer from `low` to `high`, both included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.uniform() * (high - low + 1));
  }
}

/**
 * Puts items in random order, in place: Fisher and Yates, from the end, as NumPy does. `draw(last)` gives an integer from 0 to `last`,
 * both included.
 */
export function shuffle<T extends { length: number; [index: number]: unknown }>(
  items: T,
  draw: (last: number) => number,
): T {
  for (let i = items.length - 1; i > 0; i--) {
    const j = draw(i);
    [items[i], items[j]] = [items[j], items[i]];
  }
  return items;
}

/** A shuffled copy, the same for the same seed. */
export function shuffled<T>(items: readonly T[], seed: number): T[] {
  const stream = RandomStream.from(seed);
  return shuffle([...items], (last) => stream.integer(0, last));
}

/** The integers 0 to `count - 1` in an order that is the same for the same seed. */
export function permutation(count: number, seed: number): Int32Array {
  const stream = RandomStream.from(seed);
  return shuffle(
    Int32Array.from({ length: count }, (_, i) => i),
    (last) => stream.integer(0, last),
  );
}

let seeds: RandomStream | undefined;
let uniforms: RandomStream | undefined;

/**
 * Makes every later random number without a seed of its own follow from `n`, an integer; throws on anything else.
 *
 * @example
 * const kernel = (seed: number) => {
 *   train.seed(seed);
 *   return tf.sequential({ layers: [layers.dense({ units: 1, inputShape: [2] })] }).getWeights()[0].dataSync();
 * };
 * console.log(kernel(7)[0] === kernel(7)[0], kernel(7)[0] === kernel(8)[0]); // true false
 */
export function seed(n: number): void {
  if (!Number.isSafeInteger(n)) throw new RangeError(`seed(${n}): give an integer, for example seed(42).`);
  seeds = RandomStream.from(n);
  uniforms = RandomStream.from(~n);
  followUniforms(uniforms);
}

/**
 * A fresh seed, an integer from 1 to 2^31 - 1: the next of the stream that `seed(n)` started, an unpredictable one before that.
 * Never 0, which TensorFlow.js takes for "no seed".
 */
export function nextSeed(): number {
  const fraction = seeds ? seeds.uniform() : unseededRandom();
  return 1 + Math.floor(fraction * 0x7ffffffe);
}

/** Where both streams stand, to be given back to `setRandomState`; undefined as long as nobody has called `seed`. */
export function randomState(): RandomStreamState | undefined {
  if (!seeds || !uniforms) return undefined;
  return { seeds: [...seeds.state], uniforms: [...uniforms.state] };
}

/** Puts both streams back to a state that `randomState` returned. */
export function setRandomState(state: RandomStreamState): void {
  for (const part of [state.seeds, state.uniforms]) {
    if (!Array.isArray(part) || part.length !== 4)
      throw new Error('A random state holds two streams of four integers.');
  }
  seeds = new RandomStream(Uint32Array.from(state.seeds));
  uniforms = new RandomStream(Uint32Array.from(state.uniforms));
  followUniforms(uniforms);
}

function followUniforms(stream: RandomStream): void {
  replaceRandom(() => stream.uniform());
}
