/** PyTorch's CPU generator: MT19937 and the ways in which PyTorch makes numbers of its words. */
import { MT19937 } from '../series/mt19937';

/**
 * A stream of random numbers, equal to PyTorch's `torch.Generator` of the same seed on a CPU.
 *
 * @example
 * const generator = new torch.Generator(42);
 * console.log(generator.randint(0, 10, 4), generator.randperm(4)); // [ 2, 7, 6, 4 ] [ 2, 3, 0, 1 ]
 */
export class Generator {
  private bits = new MT19937(0);
  private spareNormal: number | undefined;

  /** @param seed as for {@link manualSeed}. */
  constructor(seed = 0) {
    this.manualSeed(seed);
  }

  /**
   * Starts the stream anew; PyTorch's CPU generator uses the low 32 bits of the seed.
   * @throws RangeError when the seed is no safe integer.
   */
  manualSeed(seed: number): this {
    if (!Number.isSafeInteger(seed)) throw new RangeError(`A seed is an integer; got ${seed}.`);
    this.bits = new MT19937(Number(BigInt.asUintN(32, BigInt(seed))));
    this.spareNormal = undefined;
    return this;
  }

  /** 32 random bits. */
  random(): number {
    return this.bits.nextUint32();
  }

  /** 64 random bits. */
  random64(): bigint {
    const high = BigInt(this.random());
    return (high << 32n) | BigInt(this.random());
  }

  /** `count` float32 numbers in [from, to), as `tensor.uniform_(from, to)` draws them: 24 random bits each. */
  uniform(count: number, from = 0, to = 1): Float32Array {
    const low = Math.fround(from);
    const width = Math.fround(Math.fround(to) - low);
    return Float32Array.from({ length: count }, () => this.uniform24() * width + low);
  }

  /**
   * `count` normal float32 numbers, as `tensor.normal_(mean, std)` draws them by Box-Muller:
   * one after the other below 16 numbers, in blocks of 8 pairs from 16 numbers up (a last block that is not full is drawn anew).
   */
  normal(count: number, mean = 0, std = 1): Float32Array {
    if (count < 16) return Float32Array.from({ length: count }, () => this.nextNormal() * std + mean);
    const values = this.uniform(count);
    for (let start = 0; start + 16 <= count; start += 16) boxMuller(values.subarray(start, start + 16), mean, std);
    if (count % 16 > 0) {
      values.set(this.uniform(16), count - 16);
      boxMuller(values.subarray(count - 16), mean, std);
    }
    return values;
  }

  /** `count` numbers that are 1 with probability p, else 0, as `tensor.bernoulli_(p)` draws them on CPUs not made by Intel. */
  bernoulli(count: number, p: number): Float32Array {
    return Float32Array.from({ length: count }, () => (this.uniform53() < p ? 1 : 0));
  }

  /** `count` integers in [low, high), as `torch.randint` draws them: 32 random bits each, 64 for wide intervals. */
  randint(low: number, high: number, count: number): number[] {
    if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high) || !Number.isSafeInteger(high - low) || high <= low) {
      throw new RangeError(`randint draws integers from [low, high); got [${low}, ${high}).`);
    }
    const width = high - low;
    const next = width >= 2 ** 32 ? () => Number(this.random64() % BigInt(width)) : () => this.random() % width;
    return Array.from({ length: count }, () => low + next());
  }

  /** The integers 0 to n - 1 in random order, as `torch.randperm(n)` draws them. */
  randperm(n: number): number[] {
    if (!Number.isSafeInteger(n) || n < 0) throw new RangeError(`randperm takes an integer of 0 or more; got ${n}.`);
    const order = Array.from({ length: n }, (_, i) => i);
    for (let i = 0; i < n - 1; i++) {
      const j = i + (this.random() % (n - i));
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order;
  }

  private uniform24(): number {
    return (this.random() & 0xffffff) * 2 ** -24;
  }

  private uniform53(): number {
    const high = this.random() & 0x1fffff;
    return (high * 2 ** 32 + this.random()) * 2 ** -53;
  }

  private nextNormal(): number {
    if (this.spareNormal !== undefined) {
      const spare = this.spareNormal;
      this.spareNormal = undefined;
      return spare;
    }
    const angle = 2 * Math.PI * this.uniform53();
    const radius = Math.sqrt(-2 * Math.log1p(-this.uniform53()));
    this.spareNormal = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }
}

/** Turns 16 uniform numbers into normal ones in place: number j gives the radius, number j + 8 the angle. */
function boxMuller(block: Float32Array, mean: number, std: number): void {
  const fround = Math.fround;
  for (let j = 0; j < 8; j++) {
    const radius = fround(Math.sqrt(fround(-2 * fround(Math.log(fround(1 - block[j]))))));
    const angle = fround(fround(2 * Math.PI) * block[j + 8]);
    block[j] = fround(radius * fround(Math.cos(angle))) * std + mean;
    block[j + 8] = fround(radius * fround(Math.sin(angle))) * std + mean;
  }
}
