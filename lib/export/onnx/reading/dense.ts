/** Embedding, Dense, activations and normalization. */
import { tf } from '../../../backend';
import { plainActivation } from './activations';
import { productOfTwo, projected } from './attention';
import { type Call, type Reading, viewAt, weightAt } from './call';
import { elementwise } from './elementwise';
import { exampleOf, folded } from './folding';
import { erf } from './gelu';
import { gathered } from './shaping';
import { numberOf, sized } from './size';
import { sum } from './sums';
import type { Value } from './values';
import { type View, axisOf, besideBatch, plainView, refuseBatch, singleAxis, squeezed, transposed } from './view';

/** The tensor with its last axis last. */
function lastAxisLast({ plan, name }: Call, view: View): View {
  const isLast = view.wires.length === 1 && singleAxis(view, view.axes.length - 1) === view.wires[0].sizes.length - 1;
  if (isLast) return view;
  const [batch] = view.axes;
  return batch.includes(0) && batch.length > 1 ? besideBatch(plan, name, view) : plainView(plan, name, view);
}

/** The product of the last axis with a matrix. */
function product(call: Call, kernel: tf.Tensor, bias?: tf.Tensor): View[] {
  const view = lastAxisLast(call, viewAt(call, 0));
  const [wire] = view.wires;
  const [features, units] = kernel.shape as [number, number];
  if (kernel.rank !== 2 || numberOf(wire.sizes.at(-1)!) !== features)
    throw new Error(`it multiplies by a matrix of the shape [${kernel.shape}], which does not fit its input`);
  const attention = projected(call.plan, wire, kernel, bias);
  if (attention) return [{ ...view, wires: [attention], isInteger: false }];
  const sizes = [...wire.sizes.slice(0, -1), sized(units)];
  const dense = call.plan.add('dense', call.name, [wire], sizes, {
    options: { units, useBias: bias !== undefined },
    weights: bias ? [kernel, bias] : [kernel],
  });
  return [{ ...view, wires: [dense], isInteger: false }];
}

const matMul: Reading = (call) => {
  const { inputs } = call;
  if (inputs[0]?.kind === 'view' && inputs[1]?.kind === 'view') return [productOfTwo(call)];
  if (inputs[0]?.kind === 'fill' && inputs[0].value === 0) return [inputs[0]];
  const weight = weightAt(call, 1);
  if (weight.rank !== 1) return product(call, weight);
  const [column] = product(call, weight.expandDims(1));
  return [squeezed(call.plan, call.name, column, column.axes.length - 1)];
};

const gemm: Reading = (call) => {
  const { attributes, inputs } = call;
  if (attributes.int('transA', 0) === 1) throw new Error('it turns its input around (transA)');
  const [alpha, beta] = [attributes.float('alpha', 1), attributes.float('beta', 1)];
  const matrix = weightAt(call, 1);
  const kernel = (attributes.int('transB', 0) === 1 ? matrix.transpose() : matrix).mul(alpha);
  if (inputs[2] === undefined) return product(call, kernel);
  const given = weightAt(call, 2);
  const units = kernel.shape[1]!;
  if (given.size !== units && given.size !== 1) throw new Error(`it adds numbers of the shape [${given.shape}]`);
  return product(call, kernel, tf.broadcastTo(given.flatten(), [units]).mul(beta));
};

/** Rows of a table, or a part of a tensor. */
const gather: Reading = (call) => {
  const { inputs, attributes, node, plan, name } = call;
  const [table, indices] = inputs;
  if (table?.kind === 'view') return [gathered(call, table)];
  if (table?.kind === 'fill') return [table];
  const isTable = table?.kind === 'constant' && table.tensor.rank === 2 && attributes.int('axis', 0) === 0;
  const tokens = isTable ? tokensIn(indices, table.tensor.shape[0]) : undefined;
  if (!isTable || !tokens) {
    const value = folded(node.opType, inputs, attributes);
    return [value ?? viewAt(call, table?.kind === 'constant' ? 1 : 0)];
  }
  const [rows, size] = table.tensor.shape;
  const wires = tokens.wires.map((wire) =>
    plan.add('embedding', name, [wire], [...wire.sizes, sized(size)], {
      options: { inputDim: rows, outputDim: size },
      weights: [table.tensor],
    }),
  );
  return [{ ...tokens, wires, axes: [...tokens.axes, [tokens.wires[0].sizes.length]], isInteger: false }];
};

/** The tokens that are indices of a table: an input as it is, or what an exporter makes of it to allow for negative ones. */
function tokensIn(indices: Value | undefined, rows: number): View | undefined {
  if (indices?.kind === 'view') return indices;
  if (indices?.kind !== 'computed' || !indices.source) return undefined;
  const { source } = indices;
  const all = tf.range(0, rows, 1, 'int32');
  const feed = all.reshape(source.wires[0].sizes.map((_size, axis) => (axis === 0 ? rows : 1)));
  const names = source.wires[0].sizes.map((size, axis) => [size.free[0]?.name, axis === 0 ? rows : 1] as const);
  const example = {
    feeds: new Map([[source.wires[0], feed]]),
    sizes: new Map(names.filter(([free]) => free !== undefined) as [string, number][]),
  };
  const [given, found] = [exampleOf(source, example), indices.run(example)];
  const isSame = String(given.shape) === String(found.shape) && tf.equal(given, found).all().dataSync()[0] === 1;
  return isSame ? source : undefined;
}

/** An activation on each number. */
export function activated({ plan, name }: Call, view: View, activation: string): View {
  const wires = view.wires.map((wire) => plan.add('activation', name, [wire], wire.sizes, { options: { activation } }));
  return { ...view, wires };
}

const onAll =
  (kind: string, options: (call: Call) => Record<string, unknown>): Reading =>
  (call) => {
    const view = viewAt(call, 0);
    const { plan, name } = call;
    const wires = view.wires.map((wire) => plan.add(kind, name, [wire], wire.sizes, { options: options(call) }));
    return [{ ...view, wires }];
  };

const activation: Reading = (call) => [activated(call, viewAt(call, 0), plainActivation(call.node.opType)!)];

const gelu: Reading = (call) => {
  const isTanh = call.attributes.text('approximate', 'none') === 'tanh';
  return [activated(call, viewAt(call, 0), isTanh ? 'gelu_new' : 'gelu')];
};

const elu: Reading = (call) => {
  const alpha = call.attributes.float('alpha', 1);
  return alpha === 1 ? activation(call) : onAll('elu', () => ({ alpha }))(call);
};

const hardSigmoid: Reading = (call) => {
  const [alpha, beta] = [call.attributes.float('alpha', 0.2), call.attributes.float('beta', 0.5)];
  if (Math.abs(alpha - 0.2) > 1e-6 || Math.abs(beta - 0.5) > 1e-6) throw new Error(`it has the slope ${alpha}`);
  return [activated(call, viewAt(call, 0), 'hardSigmoid')];
};

/** Softmax along one axis. */
const softmax: Reading = (call) => {
  const view = viewAt(call, 0);
  const axis = axisOf(view.axes.length, call.attributes.int('axis', -1));
  refuseBatch(view, axis, 'it goes');
  const others = [...view.axes.keys()].filter((one) => one !== axis);
  const turned = lastAxisLast(call, transposed(view, [...others, axis]));
  const result = activated(call, turned, plainActivation(call.node.opType)!);
  const back = view.axes.map((_atoms, k) => (k < axis ? k : k === axis ? others.length : k - 1));
  return [transposed(result, back)];
};

const clip: Reading = (call) => {
  const { attributes, inputs } = call;
  const bound = (k: number, key: string) => {
    const value = inputs[k];
    return value?.kind === 'constant' ? value.tensor.dataSync()[0] : attributes.float(key, NaN);
  };
  if (bound(1, 'min') !== 0 || !(bound(2, 'max') > 0)) throw new Error('it clips to other bounds than 0 and a maximum');
  return onAll('reLU', () => ({ maxValue: bound(2, 'max') }))(call);
};

const prelu: Reading = (call) => {
  const { plan, name } = call;
  const view = lastAxisLast(call, viewAt(call, 0));
  const [wire] = view.wires;
  const slope = weightAt(call, 1);
  const shape = wire.sizes.slice(1).map(numberOf);
  if (String(slope.shape) !== String(shape)) throw new Error(`it has slopes of the shape [${slope.shape}]`);
  return [{ ...view, wires: [plan.add('prelu', name, [wire], wire.sizes, { weights: [slope] })] }];
};

const layerNormalization: Reading = (call) => {
  const { attributes, plan, name, inputs } = call;
  const view = lastAxisLast(call, viewAt(call, 0));
  const axis = axisOf(view.axes.length, attributes.int('axis', -1));
  if (axis !== view.axes.length - 1) throw new Error('it normalizes several axes together');
  const scale = weightAt(call, 1);
  const shift = inputs[2] === undefined ? tf.zerosLike(scale) : weightAt(call, 2);
  const [wire] = view.wires;
  if (scale.rank !== 1 || String(shift.shape) !== String(scale.shape) || numberOf(wire.sizes.at(-1)!) !== scale.size)
    throw new Error(`it has weights of the shapes [${scale.shape}] and [${shift.shape}]`);
  const added = { options: { epsilon: attributes.float('epsilon', 1e-5) }, weights: [scale, shift] };
  return [{ ...view, wires: [plan.add('layerNormalization', name, [wire], wire.sizes, added)] }];
};

const batchNormalization: Reading = (call) => {
  const { attributes, plan, name } = call;
  const given = viewAt(call, 0);
  const view = singleAxis(given, 1) === undefined ? plainView(plan, name, given) : given;
  const own = singleAxis(view, 1);
  const weights = [1, 2, 3, 4].map((k) => weightAt(call, k));
  const [{ size }] = weights;
  if (own === undefined || weights.some(({ shape }) => String(shape) !== String(size)))
    throw new Error('it has weights that fit none of its axes');
  const wires = view.wires.map((wire) => {
    if (numberOf(wire.sizes[own]) !== size)
      throw new Error(`it has weights for ${size} features, its input has others`);
    const axis = own === wire.sizes.length - 1 ? -1 : own;
    return plan.add('batchNormalization', name, [wire], wire.sizes, {
      options: { axis, epsilon: attributes.float('epsilon', 1e-5) },
      weights,
    });
  });
  return [{ ...view, wires }];
};

export const densely: Record<string, Reading> = {
  Add: elementwise,
  BatchNormalization: batchNormalization,
  Clip: clip,
  Div: elementwise,
  Elu: elu,
  Erf: erf,
  Gather: gather,
  Gelu: gelu,
  Gemm: gemm,
  HardSigmoid: hardSigmoid,
  LayerNormalization: layerNormalization,
  LeakyRelu: onAll('leakyReLU', ({ attributes }) => ({ alpha: attributes.float('alpha', 0.01) })),
  LogSoftmax: softmax,
  MatMul: matMul,
  Max: elementwise,
  Mean: elementwise,
  Min: elementwise,
  Mish: activation,
  Mul: elementwise,
  PRelu: prelu,
  ReduceSum: sum,
  Relu: activation,
  Selu: activation,
  Sigmoid: activation,
  Softmax: softmax,
  Softplus: activation,
  Softsign: activation,
  Sub: elementwise,
  Tanh: activation,
};
