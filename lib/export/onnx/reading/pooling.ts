/** Convolution and pooling: ONNX has the features before the other axes. */
import { type Call, type Reading, viewAt, weightAt } from './call';
import { numbersIn } from './folding';
import { mergedList } from './list-merging';
import { isLastAxis, meanOfFeatures } from './moments';
import { pad, zeroPadded } from './padding';
import { type Size, numberOf, sized } from './size';
import type { Wire } from './plan';
import { joinsPlace, onViews } from './shaping';
import { type View, axisOf, singleAxis, sizesOf, toWire, transposed, unlisted, viewOf } from './view';

/** The tensor `[batch, …, features]` of a graph's `[batch, features, …]`. */
function featuresLast({ plan, name }: Call, view: View): Wire {
  const rank = view.axes.length;
  if (rank !== 3 && rank !== 4) throw new Error(`it takes a tensor of ${rank} axes`);
  if (!view.axes[0].includes(0)) throw new Error('it has the batch on another axis than the first');
  return toWire(plan, name, transposed(view, [0, ...Array.from({ length: rank - 2 }, (_, k) => k + 2), 1]));
}

/** The graph's view of it. */
const featuresFirst = (wire: Wire): View => {
  const rank = wire.sizes.length;
  return transposed(viewOf(wire), [0, rank - 1, ...Array.from({ length: rank - 2 }, (_, k) => k + 1)]);
};

interface Window {
  widths: number[];
  strides: number[];
  dilations: number[];
  padding: 'same' | 'valid' | 'causal';
  /** Steps of zeros that are to be put before and behind the sequence first. */
  edges?: number[];
}

/** @throws Error where the edges are filled in a way that no layer has */
function windowOf({ attributes }: Call, widths: number[], sizes: Size[]): Window {
  const ones = widths.map(() => 1);
  const [strides, dilations] = [attributes.ints('strides') ?? ones, attributes.ints('dilations') ?? ones];
  const pads = attributes.ints('pads') ?? widths.flatMap(() => [0, 0]);
  const auto = attributes.text('auto_pad', 'NOTSET');
  if (auto === 'SAME_UPPER') return { widths, strides, dilations, padding: 'same' };
  if (auto === 'VALID' || (auto === 'NOTSET' && pads.every((pad) => pad === 0)))
    return { widths, strides, dilations, padding: 'valid' };
  if (auto === 'NOTSET' && widths.length === 1 && pads[0] === dilations[0] * (widths[0] - 1) && pads[1] === 0)
    return { widths, strides, dilations, padding: 'causal' };
  const isSame = widths.every((width, k) => {
    const length = numberOf(sizes[k]);
    const reach = dilations[k] * (width - 1) + 1;
    if (strides[k] > 1 && length === null) return false;
    const steps = strides[k] === 1 ? 1 : Math.ceil(length! / strides[k]);
    const all = strides[k] === 1 ? reach - 1 : Math.max(0, (steps - 1) * strides[k] + reach - length!);
    return pads[k] === Math.floor(all / 2) && pads[k + widths.length] === Math.ceil(all / 2);
  });
  if (auto === 'NOTSET' && isSame) return { widths, strides, dilations, padding: 'same' };
  if (auto === 'NOTSET' && widths.length === 1 && pads.every((steps) => steps >= 0))
    return { widths, strides, dilations, padding: 'valid', edges: pads };
  throw new Error(`it adds ${pads.join(', ')} steps at the edges, which no layer does`);
}

function lengthsAfter({ widths, strides, dilations, padding }: Window, sizes: Size[], name: string): Size[] {
  return sizes.map((size, k) => {
    const length = numberOf(size);
    if (length === null)
      return padding !== 'valid' && strides[k] === 1 ? size : { factor: 1, free: [{ name: `${name}.${k}` }] };
    const reach = dilations[k] * (widths[k] - 1);
    return sized(Math.ceil((padding === 'valid' ? length - reach : length) / strides[k]));
  });
}

const convolution: Reading = (call) => {
  const { plan, name, inputs, attributes } = call;
  if (attributes.int('group', 1) !== 1) throw new Error('it convolves groups of features each for itself');
  const wire = featuresLast(call, viewAt(call, 0));
  const kernel = weightAt(call, 1);
  const rank = wire.sizes.length;
  const [filters, features, ...widths] = kernel.shape;
  if (kernel.rank !== rank || numberOf(wire.sizes[rank - 1]) !== features)
    throw new Error(`it has a kernel of the shape [${kernel.shape}], which does not fit its input`);
  const bias = inputs[2] === undefined ? undefined : weightAt(call, 2);
  const window = windowOf(call, widths, wire.sizes.slice(1, -1));
  const from = window.edges ? zeroPadded(plan, name, wire, window.edges) : wire;
  const lengths = lengthsAfter(window, from.sizes.slice(1, -1), name);
  const result = plan.add(rank === 3 ? 'conv1d' : 'conv2d', name, [from], [wire.sizes[0], ...lengths, sized(filters)], {
    options: {
      filters,
      kernelSize: widths,
      strides: window.strides,
      dilationRate: window.dilations,
      padding: window.padding,
      useBias: bias !== undefined,
    },
    weights: [kernel.transpose([...widths.map((_width, k) => k + 2), 1, 0]), ...(bias ? [bias] : [])],
  });
  return [featuresFirst(result)];
};

const pooling =
  (kind: 'averagePooling' | 'maxPooling'): Reading =>
  (call) => {
    const { plan, name, attributes } = call;
    const wire = featuresLast(call, viewAt(call, 0));
    const widths = attributes.ints('kernel_shape') ?? [];
    const window = windowOf(call, widths, wire.sizes.slice(1, -1));
    if (attributes.int('ceil_mode', 0) === 1 || window.dilations.some((one) => one > 1))
      throw new Error('it pools windows that end beyond the edge, or have gaps');
    if (window.padding === 'causal' || window.edges)
      throw new Error('it pools windows that begin before the first step');
    if (kind === 'averagePooling' && window.padding === 'same' && attributes.int('count_include_pad', 0) === 1)
      throw new Error('it counts what it adds at the edges');
    const lengths = lengthsAfter(window, wire.sizes.slice(1, -1), name);
    const options = { poolSize: widths, strides: window.strides, padding: window.padding };
    const sizes = [wire.sizes[0], ...lengths, wire.sizes.at(-1)!];
    return [featuresFirst(plan.add(`${kind}${wire.sizes.length - 2}d`, name, [wire], sizes, { options }))];
  };

/** The mean or the largest over all steps. */
const reduction = (kind: 'globalAveragePooling1d' | 'globalMaxPooling1d'): Reading =>
  onViews((call, given) => {
    const { attributes, inputs, plan, name } = call;
    const view = joinsPlace(given) ? unlisted(plan, name, given) : given;
    const axes = attributes.ints('axes') ?? numbersIn(inputs[1]) ?? [];
    const [axis] = axes.map((one) => axisOf(view.axes.length, one));
    const time = axis === undefined ? undefined : singleAxis(view, axis);
    const keep = attributes.int('keepdims', 1) === 1;
    const isOfFeatures = kind === 'globalAveragePooling1d' && keep && axes.length === 1 && isLastAxis(view, axes[0]);
    if (isOfFeatures && view.wires[0].sizes.length < 4) return [meanOfFeatures(call, view)];
    const ofList = kind === 'globalAveragePooling1d' ? 'average' : 'maximum';
    const listed = axis === undefined ? undefined : mergedList(call, view, axis, ofList, keep);
    if (listed && axes.length === 1) return [listed];
    const average = kind === 'globalAveragePooling1d' ? averageOf(call, view, axis, time) : undefined;
    if (average && axes.length === 1) return [withoutAxis(average, axis, keep)];
    if (axes.length !== 1 || time === undefined || view.wires[0].sizes.length !== 3)
      throw new Error('it goes over other axes than the steps of a sequence');
    return [overTime(plan, name, view, axis, kind, keep)];
  });

/** The mean over an axis of few places beside the steps, as over the heads of attention; undefined where there is none. */
function averageOf(
  { plan, name }: Call,
  view: View,
  axis: number | undefined,
  own: number | undefined,
): View | undefined {
  const [wire] = view.wires;
  const count = own === undefined ? null : numberOf(wire.sizes[own]);
  if (axis === undefined || count === null || count > 64 || wire.sizes.length < 4 || view.wires.length > 1)
    return undefined;
  const sizes = wire.sizes.filter((_size, k) => k !== own);
  const parts = Array.from({ length: count }, (_, index) =>
    plan.add('slice', name, [wire], sizes, { options: { axis: own, index } }),
  );
  const axes = view.axes.map((atoms) =>
    atoms.filter((atom) => atom !== own).map((atom) => (atom > own! ? atom - 1 : atom)),
  );
  return { ...view, wires: [count === 1 ? parts[0] : plan.add('average', name, parts, sizes)], axes };
}

const withoutAxis = (view: View, axis: number, keep: boolean): View => ({
  ...view,
  axes: keep ? view.axes : view.axes.filter((_atoms, k) => k !== axis),
});

function overTime(plan: Call['plan'], name: string, view: View, axis: number, kind: string, keep: boolean): View {
  const time = singleAxis(view, axis)!;
  const wires = view.wires.map((wire) => {
    const other = 3 - time;
    const sizes = [wire.sizes[0], wire.sizes[other]];
    const first =
      time === 1
        ? wire
        : plan.add('permute', name, [wire], [wire.sizes[0], wire.sizes[2], wire.sizes[1]], {
            options: { dims: [2, 1] },
          });
    return plan.add(kind, name, [first], sizes);
  });
  const rest = view.axes.map((atoms, k) => (k === axis ? [] : atoms.map((atom) => (atom > time ? atom - 1 : atom))));
  return { ...view, wires, axes: keep ? rest : rest.filter((_atoms, k) => k !== axis) };
}

/** The mean or the largest over what follows the features. */
const global =
  (kind: 'globalAveragePooling1d' | 'globalMaxPooling1d'): Reading =>
  (call) => {
    const view = viewAt(call, 0);
    if (view.axes.length !== 3 || sizesOf(view).length !== 3) throw new Error('it pools over several axes');
    const sequence = viewOf(featuresLast(call, view));
    return [overTime(call.plan, call.name, transposed(sequence, [0, 2, 1]), 2, kind, true)];
  };

export const windowed: Record<string, Reading> = {
  AveragePool: pooling('averagePooling'),
  Conv: convolution,
  GlobalAveragePool: global('globalAveragePooling1d'),
  GlobalMaxPool: global('globalMaxPooling1d'),
  MaxPool: pooling('maxPooling'),
  Pad: pad,
  ReduceMax: reduction('globalMaxPooling1d'),
  ReduceMean: reduction('globalAveragePooling1d'),
};
