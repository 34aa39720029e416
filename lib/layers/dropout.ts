/** Dropout (Srivastava et al. 2014). */
import { tf } from '../backend';
import { DropoutStream, fraction } from './dropout-mask';
import { type Kwargs, type LayerArgs, type StockClass, first, stockClass } from './stock';

/** Options of {@link dropout}. */
export interface DropoutArgs extends LayerArgs {
  /** Fraction of the numbers set to zero in training; the others grow by 1 / (1 - rate). */
  rate: number;
  /** Shape of the mask where it is to be shared: 1 on an axis shares it there, `null` takes the input's size. */
  noiseShape?: (number | null)[];
  /** Where the layer's stream of masks starts. Default: drawn from the global seed. */
  seed?: number | null;
}

interface StockLayer extends tf.layers.Layer {
  rate: number;
  noiseShape?: (number | null)[];
}
const StockDropout = stockClass<StockClass<Omit<DropoutArgs, 'seed'> & { seed?: number }, StockLayer>>('Dropout');

/** Drops numbers in training, another set at every call (TensorFlow.js drops the same set at every call once it has a seed). */
export class Dropout extends StockDropout {
  static readonly className = 'Dropout';
  readonly dropoutStream: DropoutStream;

  constructor(args: DropoutArgs) {
    super({ ...args, seed: args.seed ?? undefined });
    fraction('Dropout', 'rate', args.rate);
    this.dropoutStream = new DropoutStream(args.seed);
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: Kwargs): tf.Tensor {
    const x = first(inputs);
    if (kwargs?.training !== true || this.rate === 0) return x;
    if (this.rate === 1) return tf.zerosLike(x);
    return tf.tidy(() => {
      const shape = this.noiseShape?.map((size, axis) => size ?? x.shape[axis]) ?? x.shape;
      return x.mul(this.dropoutStream.mask(shape, this.rate));
    });
  }
}
