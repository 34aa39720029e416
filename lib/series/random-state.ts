/** NumPy's legacy random numbers: the same seed gives the same numbers as `numpy.random.RandomState`. */
import { shuffle } from '../random';
import { MT19937 } from './mt19937';

/** Options of {@link RandomState.choice}. */
export interface ChoiceOptions {
  /** Whether an item may be drawn twice. Default true. */
  replace?: boolean;
  /** Probability of each item; they sum to 1. Default: all alike. */
  p?: ArrayLike<number>;
}

/**
 * NumPy's `RandomState`: bit for bit the same integers and uniform floats; normal floats within rounding of `log`.
 * NumPy promises never to change this stream (NEP 19). Draws of several numbers come back flat, in C order.
 *
 * @example
 * const random = new series.RandomState(42); // numpy.random.RandomState(42)
 * console.log(random.rand(2)); // Float64Array(2) [ 0.3745401188473625, 0.9507143064099162 ]
 * console.log(random.permutation(4)); // [ 1, 3, 0, 2 ]
 */
export class RandomState {
  private readonly bits: MT19937;
  private gauss: number | undefined;

  /**
   * @param seed an integer in [0, 2^32), or a list of them, as for `numpy.random.seed`.
   * @throws RangeError when it is anything else.
   */
  constructor(seed: number | readonly number[]) {
    const parts = typeof seed === 'number' ? [seed] : seed;
    const valid = parts.length > 0 && parts.every((s) => Number.isInteger(s) && s >= 0 && s < 2 ** 32);
    if (!valid) throw new RangeError(`A seed is an integer from 0 to 4294967295 or a list of them; got ${seed}.`);
    this.bits = new MT19937(seed);
  }

  /** `random_sample()`: a float in [0, 1) with 53 random bits, or `count` of them. */
  random(): number;
  random(count: number): Float64Array;
  random(count?: number): number | Float64Array {
    return this.draw(count, () => this.double());
  }

  /** `rand(...shape)`: uniform floats in [0, 1), flat in C order. */
  rand(...shape: number[]): Float64Array {
    return this.random(product(shape));
  }

  /** `uniform(low, high, size)`: floats in [low, high). */
  uniform(low?: number, high?: number): number;
  uniform(low: number, high: number, count: number): Float64Array;
  uniform(low = 0, high = 1, count?: number): number | Float64Array {
    return this.draw(count, () => low + (high - low) * this.double());
  }

  /** `standard_normal()`: a normal float of mean 0 and variance 1 by Marsaglia's polar method, or `count` of them. */
  standardNormal(): number;
  standardNormal(count: number): Float64Array;
  standardNormal(count?: number): number | Float64Array {
    return this.draw(count, () => this.normalFloat());
  }

  /** `randn(...shape)`: standard normal floats, flat in C order. */
  randn(...shape: number[]): Float64Array {
    return this.standardNormal(product(shape));
  }

  /** `normal(loc, scale, size)`: normal floats of mean `mean` and standard deviation `std`. */
  normal(mean?: number, std?: number): number;
  normal(mean: number, std: number, count: number): Float64Array;
  normal(mean = 0, std = 1, count?: number): number | Float64Array {
    if (std < 0) throw new RangeError(`A standard deviation is not negative; got ${std}.`);
    return this.draw(count, () => mean + std * this.normalFloat());
  }

  /**
   * `randint(low, high)`: an integer in [low, high) by masked rejection, or `count` of them.
   * @throws RangeError when the bounds are no safe integers or the interval is empty.
   */
  randint(low: number, high: number): number;
  randint(low: number, high: number, count: number): Float64Array;
  randint(low: number, high: number, count?: number): number | Float64Array {
    if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high) || !Number.isSafeInteger(high - low)) {
      throw new RangeError(`randint needs integers no more than 2^53 - 1 apart; got ${low} and ${high}.`);
    }
    if (high <= low) throw new RangeError(`randint draws from [low, high); got an empty interval [${low}, ${high}).`);
    return this.draw(count, () => low + this.interval(high - low - 1));
  }

  /** `shuffle(x)`: puts the items of an array in random order, in place (Fisher-Yates from the end). */
  shuffle(items: { length: number; [index: number]: unknown }): void {
    shuffle(items, (last) => this.interval(last));
  }

  /** `permutation(n)`: the integers 0 to n - 1 in random order; of an array: a shuffled copy. */
  permutation(n: number): number[];
  permutation<T>(items: ArrayLike<T>): T[];
  permutation<T>(of: number | ArrayLike<T>): number[] | T[] {
    const items = typeof of === 'number' ? Array.from({ length: nonNegative(of) }, (_, i) => i) : Array.from(of);
    this.shuffle(items);
    return items as number[] | T[];
  }

  /**
   * `choice(a, size, replace, p)`: `count` integers below `of`, or items of an array.
   * @throws RangeError when there is nothing to draw from, too few items, or `p` is no distribution over them.
   */
  choice(of: number, count: number, options?: ChoiceOptions): number[];
  choice<T>(of: ArrayLike<T>, count: number, options?: ChoiceOptions): T[];
  choice<T>(of: number | ArrayLike<T>, count: number, { replace = true, p }: ChoiceOptions = {}): number[] | T[] {
    const n = typeof of === 'number' ? nonNegative(of) : of.length;
    nonNegative(count);
    if (n === 0 && count > 0) throw new RangeError('choice has nothing to draw from: the population is empty.');
    if (!replace && count > n) throw new RangeError(`choice cannot draw ${count} of ${n} items without replacement.`);
    if (p) checkDistribution(p, n, replace ? 0 : count);
    const indices = p
      ? replace
        ? this.weighted(p, count)
        : this.weightedWithoutReplacement(p, count)
      : replace
        ? Array.from({ length: count }, () => this.interval(n - 1))
        : this.permutation(n).slice(0, count);
    return typeof of === 'number' ? indices : indices.map((i) => of[i]);
  }

  private draw(count: number | undefined, next: () => number): number | Float64Array {
    if (count === undefined) return next();
    const values = new Float64Array(nonNegative(count));
    for (let i = 0; i < values.length; i++) values[i] = next();
    return values;
  }

  private double(): number {
    const high = this.bits.nextUint32() >>> 5;
    const low = this.bits.nextUint32() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  }

  private normalFloat(): number {
    if (this.gauss !== undefined) {
      const kept = this.gauss;
      this.gauss = undefined;
      return kept;
    }
    let x: number, y: number, r2: number;
    do {
      x = 2 * this.double() - 1;
      y = 2 * this.double() - 1;
      r2 = x * x + y * y;
    } while (r2 >= 1 || r2 === 0);
    const f = Math.sqrt((-2 * Math.log(r2)) / r2);
    this.gauss = f * x;
    return f * y;
  }

  /** An integer in [0, max]: as many random bits as `max` has, drawn again while they exceed it. */
  private interval(max: number): number {
    if (max === 0) return 0;
    const wide = max >= 2 ** 32;
    const mask = 2 ** (32 - Math.clz32(wide ? Math.floor(max / 2 ** 32) : max)) - 1;
    for (;;) {
      const top = this.bits.nextUint32();
      const masked = mask === 2 ** 32 - 1 ? top : (top & mask) >>> 0;
      const value = wide ? masked * 2 ** 32 + this.bits.nextUint32() : masked;
      if (value <= max) return value;
    }
  }

  private weighted(p: ArrayLike<number>, count: number): number[] {
    const cdf = cumulative(p);
    return Array.from(this.random(count), (u) => searchRight(cdf, u));
  }

  private weightedWithoutReplacement(p: ArrayLike<number>, count: number): number[] {
    const left = Float64Array.from(p);
    const found = new Set<number>();
    while (found.size < count) {
      const uniform = this.random(count - found.size);
      for (const i of found) left[i] = 0;
      const cdf = cumulative(left);
      for (const u of uniform) found.add(searchRight(cdf, u));
    }
    return [...found];
  }
}

function product(shape: readonly number[]): number {
  return shape.reduce((n, d) => n * nonNegative(d), 1);
}

function nonNegative(n: number): number {
  if (!Number.isSafeInteger(n) || n < 0) throw new RangeError(`A count is an integer of 0 or more; got ${n}.`);
  return n;
}

function checkDistribution(p: ArrayLike<number>, n: number, distinct: number): void {
  const values = Array.from(p);
  if (values.length !== n) throw new RangeError(`choice got ${values.length} probabilities for ${n} items.`);
  if (!values.every((v) => v >= 0)) throw new RangeError('choice got a probability that is negative or not a number.');
  const sum = values.reduce((a, b) => a + b, 0);
  if (Math.abs(sum - 1) > 1.5e-8) throw new RangeError(`The probabilities of choice sum to ${sum}, not to 1.`);
  const possible = values.filter((v) => v > 0).length;
  if (possible < distinct)
    throw new RangeError(`Only ${possible} items have a probability above 0; ${distinct} asked.`);
}

function cumulative(p: ArrayLike<number>): Float64Array {
  let sum = 0;
  const cdf = Float64Array.from(p, (v) => (sum += v));
  return cdf.map((v) => v / sum);
}

/** The first index whose value exceeds `u` in an ascending array (`searchsorted(side='right')`). */
function searchRight(sorted: Float64Array, u: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (u < sorted[middle]) high = middle;
    else low = middle + 1;
  }
  return low;
}
