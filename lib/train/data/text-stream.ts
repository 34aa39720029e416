/** One long text as batches that follow on each other, for stateful layers: truncated back-propagation through time (Williams and Peng 1990). */
import { tf } from '../../backend';
import { checkOptions, positiveInteger } from '../../options';
import { fixedBatchSize } from './batch-size';
import type { BatchGenerator } from './stream-source';

/** Options of {@link textStream}. */
export interface TextStreamOptions {
  /** Steps of a batch; gradients go back no further. Default: as many as the model's input fixes. */
  steps?: number;
  /** How many parts of the text are read side by side. Default: as many as the model's `batchInputShape` fixes. */
  batchSize?: number;
}

/**
 * A stream for `train.fit`, `train.evaluate` and `validationData`: batches `xs` `[batch, steps]` of numbers of tokens, and as `ys` the token
 * that follows each. The text is cut into `batchSize` parts of equal length, and row k of a batch goes on where row k of the batch before
 * it ended, so that a stateful layer reads each part from its beginning to its end. The states of `model` are reset whenever the stream
 * starts anew: at each epoch, and before each validation. The last batch is shorter where the model takes any number of steps (in
 * the mean loss of an epoch it counts as one batch, as in Keras); else the rest of each part is left out. Throws a RangeError when the text is too short.
 *
 * @example
 * const model = models.transformer({ tokens: 10, context: 4, size: 8, heads: 2, blocks: 1 });
 * model.compile({ optimizer: train.adam(), loss: 'sparseCategoricalCrossentropy' });
 * const tokens = Array.from({ length: 100 }, (_, k) => k % 10);
 * const history = await train.fit(model, train.textStream(model, tokens, { steps: 4, batchSize: 5 }), { verbose: 0 });
 * console.log(history.batchLosses.length); // 5
 */
export function textStream(
  model: tf.LayersModel,
  tokens: ArrayLike<number>,
  options: TextStreamOptions = {},
): BatchGenerator {
  checkOptions('train.textStream', options, ['steps', 'batchSize']);
  const fixedSteps = model.inputs[0].shape[1] ?? undefined;
  const rows = sizeOf('batchSize', options.batchSize, fixedBatchSize(model));
  const steps = sizeOf('steps', options.steps, fixedSteps);
  const length = Math.floor((tokens.length - 1) / rows);
  const used = fixedSteps === undefined ? length : length - (length % steps);
  if (used < 1)
    throw new RangeError(
      `The text has ${tokens.length} tokens; ${rows} parts of at least ${fixedSteps ?? 1} need ${rows * (fixedSteps ?? 1) + 1}.`,
    );
  const cut = (from: number, width: number): tf.Tensor2D => {
    const values = new Int32Array(rows * width);
    for (let row = 0; row < rows; row++)
      for (let t = 0; t < width; t++) values[row * width + t] = tokens[row * length + from + t];
    return tf.tensor2d(values, [rows, width], 'int32');
  };
  return function* () {
    model.resetStates();
    for (let from = 0; from < used; from += steps) {
      const width = Math.min(steps, used - from);
      yield { xs: cut(from, width), ys: cut(from + 1, width) };
    }
  };
}

function sizeOf(name: string, given: number | undefined, fixed: number | undefined): number {
  const size = given ?? fixed;
  if (size === undefined)
    throw new TypeError(`train.textStream needs ${name}, since the model's input shape leaves it open.`);
  positiveInteger(name, size);
  if (fixed !== undefined && size !== fixed)
    throw new RangeError(`${name} is ${size}; the model's input shape fixes ${fixed}.`);
  return size;
}
