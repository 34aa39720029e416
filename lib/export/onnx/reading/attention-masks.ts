/** Scores of attention to which a graph adds what hides some of them: the steps after each query, and padding. */
import { tf } from '../../../backend';
import type { Call } from './call';
import { unscaled } from './factors';
import { exampleFor, holes, rowsOf } from './masks';
import type { Wire } from './plan';
import { numberOf } from './size';
import { type Computed, type Value, WrittenLengthError } from './values';
import type { View } from './view';

type At = Pick<Call, 'plan' | 'name'>;

/** Scores to which a triangle is added that hides the steps after each query; undefined for other numbers. */
export function withCausalMask(
  { plan, name }: Pick<Call, 'plan' | 'name'>,
  view: View,
  numbers: tf.Tensor,
): View | undefined {
  const { from } = unscaled(view.wires[0]);
  const [length, width] = numbers.shape.slice(-2);
  const isTriangle = numbers.rank > 1 && numbers.size === length * width && length === width;
  if (from.piece.kind !== 'scores' || from.piece.options.isCausal || !isTriangle) return undefined;
  const values = numbers.dataSync();
  for (let k = 0; k < values.length; k++) {
    const isLater = k % width > Math.floor(k / width);
    if (isLater ? !(values[k] < -1e4) : values[k] !== 0) return undefined;
  }
  for (const size of from.sizes.slice(2))
    if (size.free.length > 0) throw new WrittenLengthError(size.free[0].name, length, `it hides steps of ${length}`);
  return hiding({ plan, name }, view, { isCausal: true });
}

/** Scores to which numbers are added that hide padding, and perhaps the steps after each query; undefined for other numbers. */
export function withPadding(at: At, view: View, added: Value | undefined): View | undefined {
  const found = added?.kind === 'computed' && isScores(view) ? hiddenBy(added) : undefined;
  return found && hiding(at, view, found);
}

/** Scores of which a condition chooses those to hide, as `masked_fill` does; undefined for anything else. */
export function whereHidden({ plan, name, inputs }: Pick<Call, 'plan' | 'name' | 'inputs'>): View | undefined {
  const [condition, one, two] = inputs;
  const view = [one, two].find((value): value is View => value?.kind === 'view');
  const number = numberIn(view === one ? two : one);
  if (!view || condition?.kind !== 'computed' || !(number < -1e4)) return undefined;
  const run: Computed['run'] = (example) =>
    tf.where(condition.run(example).toBool(), view === one ? 0 : -1e9, view === one ? -1e9 : 0);
  return withPadding({ plan, name }, view, { ...condition, run });
}

const numberIn = (value: Value | undefined): number =>
  value?.kind === 'fill'
    ? value.value
    : value?.kind === 'constant' && value.tensor.size === 1
      ? value.tensor.dataSync()[0]
      : NaN;

const isScores = (view: View): boolean => unscaled(view.wires[0]).from.piece.kind === 'scores';

interface Hidden {
  isCausal: boolean;
  /** The tokens of which 0 is padding. */
  masked?: Wire;
}

/** What numbers `[batch, …, steps]` hide, told by their values for an example: nothing is added where a step counts, much is taken elsewhere. */
function hiddenBy({ source, run }: Computed): Hidden | undefined {
  const [steps] = source?.wires ?? [];
  if (steps?.sizes.length !== 2) return undefined;
  const time = numberOf(steps.sizes[1]) ?? 6;
  const rows = rowsOf(holes, time);
  const numbers = valuesFor(() => run(exampleFor(steps, rows, 0)));
  const lines = (numbers?.length ?? 0) / (rows.length * time);
  if (!numbers || !(lines >= 1) || !Number.isInteger(lines)) return undefined;
  const isSo = (isCausal: boolean) =>
    numbers.every((number, k) => {
      const [step, line, row] = [k % time, Math.floor(k / time) % lines, Math.floor(k / time / lines)];
      const counts = rows[row][step] && !(isCausal && step > line % time);
      return counts ? number === 0 : number < -1e4;
    });
  const isCausal = [false, true].find(isSo);
  return isCausal === undefined ? undefined : { isCausal, masked: steps };
}

/** Numbers of an example; undefined where the graph takes no example of this form. */
function valuesFor(run: () => tf.Tensor): number[] | undefined {
  try {
    return Array.from(run().dataSync());
  } catch {
    return undefined;
  }
}

/** The same scores, of which some are hidden. */
function hiding({ plan, name }: At, view: View, hidden: Hidden): View {
  const { from, scale } = unscaled(view.wires[0]);
  const { isCausal, masked, scale: own = 1 } = from.piece.options as Partial<Hidden & { scale: number }>;
  const options = {
    isCausal: hidden.isCausal || isCausal === true,
    masked: hidden.masked ?? masked,
    scale: scale * own,
  };
  return { ...view, wires: [plan.add('scores', name, from.piece.inputs, from.sizes, { options })] };
}
