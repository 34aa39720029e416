/** Sums, products and their kin: of several tensors, and of one with numbers of the file. */
import { tf } from '../../../backend';
import { withCausalMask, withPadding } from './attention-masks';
import { type Call, type Reading, viewAt } from './call';
import { unscaled } from './factors';
import { constant, folded } from './folding';
import { geluOf } from './gelu';
import { maskedMean, maskedProduct, withNothing } from './masks';
import { isLastAxis, normalizing, withWeights } from './moments';
import { normalizingApart, withPartWeights } from './moments-apart';
import { withPositions } from './positions';
import { withHeadBiases } from './projections';
import { numberOf } from './size';
import type { Constant, Fill, Value } from './values';
import { type View, plainView, singleAxis, sizesOf } from './view';

const merges: Record<string, string> = {
  Add: 'add',
  Max: 'maximum',
  Mean: 'average',
  Min: 'minimum',
  Mul: 'multiply',
  Sub: 'subtract',
};

/** Sums, products and their kin: of several tensors a layer that merges, with a constant one that scales or shifts. */
export const elementwise: Reading = (call) => {
  const { inputs, node, attributes } = call;
  const views = inputs.filter((value): value is View => value?.kind === 'view');
  const isOnInput = views.every(({ wires, isInteger }) => isInteger && wires[0].piece.kind === 'input');
  if (isOnInput) {
    const value = folded(node.opType, inputs, attributes);
    if (value) return [value];
  }
  if (inputs.every((value) => value?.kind === 'computed' || value?.kind === 'constant' || value?.kind === 'sizes')) {
    const value = folded(node.opType, inputs, attributes);
    if (value) return [value];
  }
  if (inputs.every((value) => value?.kind === 'fill' || value?.kind === 'constant')) {
    const value = folded(node.opType, inputs.map(asConstant), attributes);
    if (value) return [value];
  }
  const masked =
    node.opType === 'Mul'
      ? maskedProduct(call)
      : node.opType === 'Div' && views[0]
        ? maskedMean(call, views[0])
        : undefined;
  if (masked) return [masked];
  const other = views.length === 1 && node.opType === 'Add' ? inputs.find((value) => value !== views[0]) : undefined;
  const padded =
    other &&
    (withPadding(call, views[0], other) ?? withNothing(views[0], other) ?? withPositions(call, views[0], other));
  if (padded) return [padded];
  if (views.length === inputs.length) return [merged(call, views)];
  if (inputs.length === 2 && views.length === 1) return [withConstant(call, views[0], inputs[0]?.kind === 'view')];
  return [viewAt(call, 0)];
};

/** A first state as a row that is the same for all. */
const asConstant = (value: Value | undefined): Value | undefined =>
  value?.kind === 'fill' ? constant(tf.tensor2d([[value.value]])) : value;

function merged(call: Call, views: View[]): View | Fill {
  const { node, plan, name } = call;
  if (views.length === 1) return views[0];
  const normalized = normalizing(call, views) ?? normalizingApart(call, views);
  if (normalized) return normalized;
  if (node.opType === 'Div') throw new Error('it divides what one layer gives by what another gives');
  if (node.opType === 'Sub' && views[0] === views[1]) return { kind: 'fill', value: 0 };
  const gelu = node.opType === 'Mul' ? geluOf(plan, name, views) : undefined;
  if (gelu) return scaled(call, gelu.view, gelu.scale, 0);
  const rank = Math.max(...views.map(({ axes }) => axes.length));
  const aligned = views.map((view) => ({
    ...view,
    axes: [...Array.from({ length: rank - view.axes.length }, () => []), ...view.axes],
  }));
  const [first] = aligned;
  const layout = ({ axes, wires }: View) => `${wires.length}|${axes.join('|')}`;
  const isAlike = aligned.every((view) => layout(view) === layout(first));
  const all = isAlike ? aligned : aligned.map((view) => plainView(plan, name, view));
  if (new Set(all.map((view) => view.axes.findIndex((atoms) => atoms.includes(0)))).size > 1)
    throw new Error('it merges tensors with the batch on different axes');
  const wires = all[0].wires.map((_wire, k) => {
    const inputs = all.map((view) => view.wires[k]);
    const sizes = inputs[0].sizes.map((size, axis) =>
      numberOf(size) === 1
        ? (inputs.map((wire) => wire.sizes[axis]).find((other) => numberOf(other) !== 1) ?? size)
        : size,
    );
    return plan.add(merges[node.opType], name, inputs, sizes);
  });
  return { ...all[0], wires, isInteger: false };
}

function scaled({ plan, name }: Pick<Call, 'plan' | 'name'>, view: View, scale: number, offset: number): View {
  const wires = view.wires.map((wire) => {
    const all = unscaled(wire);
    const isUndone = offset === 0 && Math.abs(all.scale * scale - 1) < 1e-7;
    return isUndone ? all.from : plan.add('rescaling', name, [wire], wire.sizes, { options: { scale, offset } });
  });
  return { ...view, wires };
}

/** A number, or one for each feature, by which all is multiplied or to which it is added. */
function withConstant(call: Call, view: View, constantIsSecond: boolean): View {
  const { inputs, node, plan, name } = call;
  const { opType } = node;
  const value = inputs[constantIsSecond ? 1 : 0]!;
  const numbers = value.kind === 'fill' ? tf.scalar(value.value) : (value as Constant).tensor;
  if (value.kind !== 'fill' && value.kind !== 'constant') throw new Error('it joins what a layer gives with lengths');
  if (opType === 'Div' && !constantIsSecond) throw new Error('it divides by what a layer gives');
  const factor = opType === 'Mul' ? numbers : opType === 'Div' ? tf.div(1, numbers) : undefined;
  const negative = opType === 'Sub' && constantIsSecond ? tf.neg(numbers) : numbers;
  const result = opType === 'Sub' && !constantIsSecond ? scaled(call, view, -1, 0) : view;
  if (opType === 'Min' && numbers.size === 1) return bounded(call, view, numbers.dataSync()[0]);
  if (!['Add', 'Sub', 'Mul', 'Div'].includes(opType)) throw new Error('it compares what a layer gives with constants');
  const part = withPartWeights(call, result, factor ?? negative, factor !== undefined);
  if (part) return part;
  if (numbers.size === 1) {
    const [number] = (factor ?? negative).dataSync();
    return factor ? scaled(call, result, number, 0) : scaled(call, result, 1, number);
  }
  const causal = opType === 'Add' ? withCausalMask(call, result, numbers) : undefined;
  if (causal) return causal;
  const headed = factor ? undefined : withHeadBiases(plan, name, result, negative);
  if (headed) return headed;
  const along = numbers.shape.findIndex((size) => size === numbers.size);
  const axis = along + view.axes.length - numbers.rank;
  const own = along < 0 || axis < 0 ? undefined : singleAxis(result, axis);
  if (own === undefined || numberOf(sizesOf(result)[axis]) !== numbers.size)
    throw new Error(`it takes constants of the shape [${numbers.shape}], where one for each feature fits a layer`);
  const flat = (factor ?? negative).flatten();
  const open = isLastAxis(result, axis) ? withWeights(call, result, flat, factor !== undefined) : undefined;
  if (open) return open;
  const weights = factor ? [flat, tf.zerosLike(flat)] : [tf.onesLike(flat), flat];
  const options = { axis: own, ...(factor ? { isScale: true } : { isShift: true }) };
  const wires = result.wires.map((wire) => plan.add('affine', name, [wire], wire.sizes, { options, weights }));
  return { ...result, wires };
}

/** The smaller of a relu and a number. */
function bounded({ plan, name }: Call, view: View, maxValue: number): View {
  const wires = view.wires.map(({ piece, sizes }) => {
    if (piece.kind !== 'activation' || piece.options.activation !== 'relu')
      throw new Error('it bounds what is no relu');
    return plan.add('reLU', name, piece.inputs, sizes, { options: { maxValue } });
  });
  return { ...view, wires };
}
