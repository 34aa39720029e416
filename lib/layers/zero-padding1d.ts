/** Steps of zeros around a sequence. */
import { tf } from '../backend';
import { type Config, type Kwargs, type LayerArgs, first, firstShape, toList } from './stock';

/** Options of {@link zeroPadding1d}. */
export interface ZeroPadding1DArgs extends LayerArgs {
  /** How many steps of zeros stand at each end, or `[before, behind]`. Default: 1. */
  padding?: number | [before: number, behind: number];
}

/** `[batch, time, features]` with steps of zeros before and behind it; a mask ends here, as in Keras. TensorFlow.js has this for pictures only. */
export class ZeroPadding1D extends tf.layers.Layer {
  static readonly className = 'ZeroPadding1D';
  readonly padding: [before: number, behind: number];

  constructor(args: ZeroPadding1DArgs = {}) {
    super(args);
    const [before, behind = before] = toList(args.padding ?? 1);
    if (![before, behind].every((steps) => Number.isInteger(steps) && steps >= 0) || toList(args.padding).length > 2)
      throw new Error(
        `${this.name}: padding is ${JSON.stringify(args.padding)}; give a number of steps, 0 or more, or [before, behind].`,
      );
    this.padding = [before, behind];
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const [batch, time, ...rest] = firstShape(inputShape);
    const [before, behind] = this.padding;
    return [batch, time === null ? null : before + time + behind, ...rest];
  }

  override call(inputs: tf.Tensor | tf.Tensor[], _kwargs: Kwargs): tf.Tensor {
    return tf.tidy(() => tf.pad(first(inputs), [[0, 0], this.padding, [0, 0]]));
  }

  override getConfig(): Config {
    return { ...super.getConfig(), padding: this.padding };
  }
}
