/** What each token of a text costs a language model. */
import { onDevice, tf } from '../backend';
import { interruptSignal } from '../notebook';
import { textStream, type TextStreamOptions } from './data/text-stream';
import { deviceFor } from './device';
import { Interrupted } from './errors';
import { lastActivation } from './loss/logits';
import { forward } from './loss/objective';
import { Pace } from './view/pace';

/** What {@link tokenLosses} gives. */
export interface TokenLosses {
  /** Where in the text the predicted tokens stand. The first token of each part that is read side by side is not predicted. */
  places: Int32Array;
  /** -log p of the token there, nats, given all tokens before it in its part. */
  losses: Float32Array;
}

/** The smallest probability that float32 holds with all its digits. */
const least = 2 ** -126;

/**
 * Reads a text as `textStream` does, with a model that gives the probabilities `[batch, steps, tokens]` of the next token, and says what
 * each token cost: to compare models token by token, and to mix them. Throws when the model does not end in a softmax, and when the
 * reader interrupts.
 *
 * @example
 * const model = models.transformer({ tokens: 10, context: 4, size: 8, heads: 2, blocks: 1 });
 * const tokens = Array.from({ length: 21 }, (_, k) => k % 10);
 * const { places, losses } = await train.tokenLosses(model, tokens, { steps: 4, batchSize: 5 });
 * console.log(places.length, losses.every((loss) => loss > 0)); // 20 true
 */
export async function tokenLosses(
  model: tf.LayersModel,
  tokens: ArrayLike<number>,
  options: TextStreamOptions = {},
): Promise<TokenLosses> {
  const activation = lastActivation(model.outputs[0]);
  if (activation !== 'softmax' && activation !== 'adaptiveSoftmax')
    throw new TypeError(
      `train.tokenLosses reads probabilities; the model ends in ${activation ?? 'no activation'}. Give its last layer activation: 'softmax'.`,
    );
  const places: number[] = [];
  const losses: number[] = [];
  const pace = new Pace();
  let from = 0;
  for (const { xs, ys } of textStream(model, tokens, options)() as Iterable<{ xs: tf.Tensor2D; ys: tf.Tensor2D }>) {
    const [rows, width] = xs.shape;
    const found = onDevice(deviceFor(model, xs.shape), () => tf.tidy(() => probabilities(model, xs, ys)));
    const length = Math.floor((tokens.length - 1) / rows);
    found.dataSync().forEach((p, k) => {
      places.push(Math.floor(k / width) * length + from + (k % width) + 1);
      losses.push(-Math.log(Math.max(p, least)));
    });
    from += width;
    tf.dispose([xs, ys, found]);
    await pace.rest();
    if (interruptSignal()?.aborted) throw new Interrupted('Reading was interrupted.');
  }
  return { places: Int32Array.from(places), losses: Float32Array.from(losses) };
}

/** What the model gives to the tokens `ys`, one number each. */
function probabilities(model: tf.LayersModel, xs: tf.Tensor2D, ys: tf.Tensor2D): tf.Tensor1D {
  const [all] = forward(model, [xs], false);
  const first = tf.range(0, ys.size, 1, 'int32').mul(tf.scalar(all.shape[2]!, 'int32'));
  return tf.gather(all.reshape([-1]), first.add(ys.reshape([-1])).toInt()) as tf.Tensor1D;
}
