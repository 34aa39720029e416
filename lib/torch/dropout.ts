/** Dropout, with PyTorch's masks. */
import { tf } from '../backend';
import { Module } from './module';
import { defaultGenerator } from './random';

/**
 * PyTorch's `nn.Dropout`: while training, sets each number to 0 with probability p and scales the rest by 1 / (1 - p).
 * The masks come from the stream of `manualSeed` and equal PyTorch's, except on Intel CPUs, where PyTorch draws them by MKL.
 *
 * @example
 * const dropout = new torch.Dropout(0.5);
 * const x = tf.ones([1000]);
 * console.log(dropout.forward(x).max().dataSync()[0]); // 2
 * console.log(dropout.eval().forward(x).max().dataSync()[0]); // 1
 */
export class Dropout extends Module {
  /** @throws RangeError when p is not in [0, 1]. */
  constructor(readonly p = 0.5) {
    super();
    checkProbability('Dropout', p);
  }

  /** Any shape to the same shape. */
  forward<T extends tf.Tensor>(x: T): T {
    return tf.tidy(() => {
      const mask = this.training ? dropoutMask(x.size, this.p) : undefined;
      return mask ? x.mul<T>(tf.tensor(mask, x.shape)) : x.clone();
    });
  }

  protected override describe(): string {
    return `p=${this.p.toFixed(1).length < String(this.p).length ? this.p : this.p.toFixed(1)}, inplace=False`;
  }
}

/** What to multiply numbers with, in C order; undefined when none is dropped. */
export function dropoutMask(count: number, p: number): Float32Array | undefined {
  if (p === 0 || count === 0) return undefined;
  if (p === 1) return new Float32Array(count);
  return defaultGenerator.bernoulli(count, 1 - p).map((keep) => keep / Math.fround(1 - p));
}

/** @throws RangeError when p is no probability. */
export function checkProbability(module: string, p: number): void {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`torch.${module}: dropout is a probability from 0 to 1; got ${p}.`);
}
