/** A sequence with a mask that another tensor tells. */
import { tf } from '../backend';
import { untaped } from '../mends/masks';
import { inputMasks } from './masks';
import { type Kwargs, type LayerArgs, firstShape, inputShapes, toList } from './stock';

/**
 * `[x, counts]` gives `x` `[batch, time, …]` as it is, with a mask for the layers behind it. `counts` says which steps count: with the shape
 * `[batch]` or `[batch, 1]` it is the length of each row, with `[batch, time]` a number for each step, 0 where it does not count. A step that
 * the mask of `x` leaves out stays left out.
 */
export class SequenceMask extends tf.layers.Layer {
  static readonly className = 'SequenceMask';

  constructor(args: LayerArgs = {}) {
    super(args);
    this.supportsMasking = true;
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const shapes = inputShapes(inputShape);
    const [x, counts] = shapes;
    const time = x[1] ?? counts?.[1];
    const fits = counts?.length === 1 || (counts?.length === 2 && [1, null, time].includes(counts[1]));
    if (shapes.length !== 2 || x.length < 2 || !fits)
      throw new Error(
        `${this.name} takes [x, counts], counts of the shape [batch], [batch, 1] or [batch, time]; its inputs have the shapes ` +
          `${shapes.map((shape) => `[${shape.map(String)}]`).join(' and ')}.`,
      );
    this.built = true;
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    return firstShape(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[], _kwargs: Kwargs): tf.Tensor {
    return tf.tidy(() => toList(inputs)[0].clone());
  }

  override computeMask(inputs: tf.Tensor | tf.Tensor[], mask?: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const [x, counts] = toList(inputs);
    const [own] = inputMasks([x], { mask: toList<tf.Tensor>(mask)[0] });
    return untaped(() => {
      const time = x.shape[1] as number;
      const isLength = counts.rank === 1 || counts.shape[1] !== time;
      const told = isLength
        ? tf.less(tf.range(0, time, 1, 'int32').expandDims(0), counts.reshape([-1, 1]))
        : tf.notEqual(counts, 0);
      return own ? tf.logicalAnd(own, told) : told;
    });
  }
}
