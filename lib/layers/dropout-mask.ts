/** Masks of dropout: a stream of its own for each layer, and the tensor that scales what is kept. */
import { tf } from '../backend';
import { RandomStream, nextSeed } from '../random';

/** The stream of random numbers of one layer; it starts at the layer's seed, or at the global one when the layer has none. */
export class DropoutStream {
  private stream?: RandomStream;

  constructor(private readonly seed?: number | null) {}

  /** Where the stream stands, so that a resumed training drops what it would have dropped; undefined before the first mask. */
  get state(): number[] | undefined {
    return this.stream && [...this.stream.state];
  }

  set state(state: number[] | undefined) {
    this.stream = state && new RandomStream(Uint32Array.from(state));
  }

  /** A tensor of `shape` that holds 0 with probability `rate`, else 1 / (1 - rate). */
  mask(shape: number[], rate: number): tf.Tensor {
    this.stream ??= RandomStream.from(this.seed ?? nextSeed());
    const values = new Float32Array(tf.util.sizeFromShape(shape));
    const threshold = rate * 2 ** 32;
    const kept = 1 / (1 - rate);
    for (let i = 0; i < values.length; i++) values[i] = this.stream.next() < threshold ? 0 : kept;
    return tf.tensor(values, shape, 'float32');
  }
}

/** The rate of a dropout; throws when it is not a number from 0 to 1. */
export function fraction(layer: string, argument: string, value: number): number {
  if (!(value >= 0 && value <= 1)) throw new Error(`${layer}: ${argument} is ${value}; give a number from 0 to 1.`);
  return value;
}

/** Whether a layer with this rate drops anything: only in training, and never at rates 0 and 1, as in Keras's cells. */
export function drops(rate: number, training: boolean): boolean {
  return training && rate > 0 && rate < 1;
}
