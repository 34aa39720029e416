/** Targets as the loss of their output takes them; what does not fit is refused with both shapes and what to do. */
import { tf } from '../../backend';
import { compiledLoss, targetKind, type TargetKind } from '../loss/targets';
import { show } from './tensors';

/**
 * A target with the axes and the type that its loss compares: class numbers as int32, all else that is compared number by number as
 * float32, `[batch]` for an output `[batch, 1]` as `[batch, 1]`, as in Keras. Gives `target` itself where nothing has to change.
 * TensorFlow.js would silently compare every target with every prediction. Throws when shapes or numbers do not fit the loss; `what`
 * names the data in the sentence: `targets`.
 */
export function fitTarget(model: tf.LayersModel, target: tf.Tensor, output: number, what = 'targets'): tf.Tensor {
  const kind = targetKind(model, output);
  const predicted = model.outputs[output].shape;
  const refuse = (problem: string, cure: string): never => {
    throw new Error(`The ${what} of output "${model.outputNames[output]}" ${problem}${cure && ` ${cure}`}`);
  };
  if (target.dtype === 'string' || target.dtype === 'complex64') {
    refuse(`are of type ${target.dtype}; a loss compares numbers.`, 'Turn them into numbers first.');
  }
  if (kind === 'any') return ownLossTarget(target, predicted);
  if (!fits(target, predicted, kind)) {
    const loss = lossName(model, output);
    refuse(
      `have shape [${target.shape}]; its predictions have [${show(predicted)}]${loss && `, and the loss is ${loss}`}.`,
      cure(target, predicted, kind),
    );
  }
  return tf.tidy(() => {
    const shaped = kind === 'classes' || target.rank === predicted.length ? target : withRank(target, predicted.length);
    if (kind === 'classes') checkClasses(shaped, predicted[predicted.length - 1], refuse);
    if (kind === 'binary') checkShares(shaped, refuse);
    const dtype = kind === 'classes' ? 'int32' : 'float32';
    return shaped.dtype === dtype ? shaped : tf.cast(shaped, dtype);
  });
}

type Shape = (number | null)[];
type Refuse = (problem: string, cure: string) => never;

/** A loss of the reader's own may take any shape; it gets numbers, and the axis of 1 that Keras adds. */
function ownLossTarget(target: tf.Tensor, predicted: Shape): tf.Tensor {
  return tf.tidy(() => {
    const grows = target.rank === predicted.length - 1 && predicted[predicted.length - 1] === 1;
    const shaped = grows ? tf.expandDims(target, -1) : target;
    return shaped.dtype === 'bool' ? tf.cast(shaped, 'int32') : shaped;
  });
}

function fits(target: tf.Tensor, predicted: Shape, kind: TargetKind): boolean {
  const outer = predicted.slice(0, -1);
  const last = predicted[predicted.length - 1];
  if (kind === 'classes') return alike(target.shape, outer) || alike(target.shape, [...outer, 1]);
  if (alike(target.shape, predicted) || alike(target.shape, [...predicted, 1])) return true;
  return last === 1 && alike(target.shape, outer);
}

/** Whether two shapes agree from the second axis on; batches are compared elsewhere. */
const alike = (shape: number[], other: Shape): boolean =>
  shape.length === other.length && shape.every((n, axis) => axis === 0 || other[axis] === null || n === other[axis]);

/** With an axis of 1 at the end more or less. */
const withRank = (target: tf.Tensor, rank: number): tf.Tensor =>
  target.rank < rank ? tf.expandDims(target, -1) : tf.squeeze(target, [-1]);

/** What most likely has to be done about shapes that do not fit. */
function cure(target: tf.Tensor, predicted: Shape, kind: TargetKind): string {
  const units = predicted[predicted.length - 1];
  const outer = predicted.slice(0, -1);
  const given = target.shape[target.rank - 1];
  const holdsClasses = alike(target.shape, outer) || alike(target.shape, [...outer, 1]);
  if (kind === 'classes' && alike(target.shape, predicted))
    return 'It takes class numbers: "categoricalCrossentropy" is the loss for one-hot targets, or give y.argMax(-1).';
  if (kind === 'oneHot' && holdsClasses)
    return `For class numbers use "sparseCategoricalCrossentropy", or give tf.oneHot(y, ${units ?? 'classes'}).`;
  if (kind === 'binary' && units === 1 && alike(target.shape, [...outer, 2]))
    return 'For two classes, one-hot, end the model in 2 units with softmax and "categoricalCrossentropy", or give y.argMax(-1).';
  if (holdsClasses && units !== 1)
    return 'The last layer needs 1 unit for these targets; for class numbers use "sparseCategoricalCrossentropy".';
  if (target.rank === predicted.length && alike(target.shape, [...outer, given]))
    return `The last layer needs ${given} unit${given === 1 ? '' : 's'} for these targets.`;
  const flat: Shape = [outer[0], units];
  if (predicted.length === 3 && (alike(target.shape, flat) || target.rank < (kind === 'classes' ? 2 : 3)))
    return 'The model predicts every step: with returnSequences: false the last recurrent layer gives one prediction a sample.';
  if (predicted.length === 2 && target.rank === 3)
    return 'The targets have steps: with returnSequences: true the last recurrent layer gives a prediction for each.';
  if (target.rank === predicted.length && predicted.length === 3 && target.shape[1] !== predicted[1])
    return `There are targets for ${target.shape[1]} steps and predictions for ${predicted[1]}.`;
  return '';
}

function checkClasses(target: tf.Tensor, classes: number | null, refuse: Refuse): void {
  const limit = classes ?? Infinity;
  const numbers = target.dataSync<'float32'>();
  const wrong = numbers.find((n) => !(n >= 0 && n < limit && Number.isInteger(n)));
  if (wrong === undefined) return;
  const range = `class numbers are integers from 0 to ${limit - 1}, one for each of its ${limit} units.`;
  const fromOne = numbers.every((n) => n >= 1 && n <= limit);
  const most = numbers.reduce((a, b) => Math.max(a, b), 0);
  refuse(
    `hold ${wrong}; ${range}`,
    fromOne
      ? 'They count from 1: subtract 1.'
      : Number.isInteger(wrong) && wrong >= limit
        ? `Up to ${most} the last layer needs ${most + 1} units.`
        : '',
  );
}

function checkShares(target: tf.Tensor, refuse: Refuse): void {
  const numbers = target.dataSync<'float32'>();
  const wrong = numbers.find((n) => !(n >= 0 && n <= 1));
  if (wrong === undefined) return;
  const cure =
    wrong === -1
      ? 'Give (y + 1) / 2, or use the loss "hinge" for -1 and 1.'
      : wrong > 1
        ? 'For class numbers end the model in a unit for each class with softmax and "sparseCategoricalCrossentropy".'
        : '';
  refuse(`hold ${wrong}; binary cross-entropy compares with numbers from 0 to 1.`, cure);
}

function lossName(model: tf.LayersModel, output: number): string {
  const loss = compiledLoss(model, output);
  return typeof loss === 'string' ? `"${loss}"` : '';
}
