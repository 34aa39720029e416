/** LSTM, GRU and RNN of ONNX as recurrent layers. */
import { tf } from '../../../backend';
import { gates, stateCounts } from '../walks';
import { type Call, type Reading, viewAt, weightAt } from './call';
import { readActivation } from './activations';
import { firstStates } from './first-states';
import { withMask } from './mask-makers';
import { lengthsOf } from './masks';
import type { Wire } from './plan';
import { type RecurrentOptions, flipped, sequencesOf, statesOf } from './recurrent-piece';
import { sized } from './size';
import { BatchAxisError } from './values';
import { place, toWire, transposed, viewOf } from './view';

type Operator = keyof typeof gates;

const layers = { LSTM: 'lstm', GRU: 'gru', RNN: 'simpleRNN' } as const;

export const recurrent: Reading = (call) => {
  const { node, attributes, plan, name, inputs } = call;
  const operator = node.opType as Operator;
  refuseOptions(call);
  const direction = attributes.text('direction', 'forward');
  const bidirectional = direction === 'bidirectional';
  const [W, R] = [weightAt(call, 1), weightAt(call, 2)];
  const B = inputs[3] === undefined ? undefined : weightAt(call, 3);
  const units = R.shape[2] ?? 0;
  const count = gates[operator].length;
  const directions = bidirectional ? 2 : 1;
  const [, , features] = W.shape;
  for (const [weight, shape] of [
    [W, [directions, count * units, features]],
    [R, [directions, count * units, units]],
    [B, [directions, 2 * count * units]],
  ] as const)
    if (weight && String(weight.shape) !== String(shape))
      throw new Error(`it has a weight of the shape [${weight.shape}], where [${shape.map(String)}] is needed`);

  const masked = lengthsOf(inputs[4], viewAt(call, 0));
  const isPacked = viewAt(call, 0).masked?.state === 'packed';
  const given = sequenceAt(call, features);
  const isFlipped = given.piece.kind === 'flip';
  if (isFlipped && bidirectional) throw new Error('it reads a sequence that is turned around in both directions');
  if (isFlipped && masked) throw new Error('it takes lengths for a sequence that is turned around');
  const x = masked ? withMask(plan, name, given, masked) : given;
  const resetAfter = attributes.int('linear_before_reset', 0) === 1;
  const { activation, recurrentActivation } = activationsOf(call, operator, directions);
  const options: RecurrentOptions = {
    layer: layers[operator],
    args: {
      units,
      activation,
      ...(operator === 'RNN' ? {} : { recurrentActivation }),
      ...(operator === 'GRU' ? { resetAfter } : {}),
    },
    bidirectional,
    goBackwards: (direction === 'reverse') !== isFlipped,
    states: stateCounts[operator],
    masked,
    zeroOutputForMask: masked !== undefined && !isPacked,
  };
  const weights = Array.from({ length: directions }, (_, k) => weightsOf(operator, k, W, R, B, resetAfter)).flat();
  const source = isFlipped ? x.piece.inputs[0] : x;
  const [batch, time] = source.sizes;
  const [sequence, state] = [
    [batch, time, sized(units)],
    [batch, sized(units)],
  ];
  const sizes = [
    ...Array<typeof sequence>(directions).fill(sequence),
    ...Array<typeof state>(directions * options.states).fill(state),
  ];
  const [{ piece }] = plan.addAll('recurrent', name, [source, ...firstStates(call, source, directions, units)], sizes, {
    options: options as unknown as Record<string, unknown>,
    weights,
  });
  const sequences = sequencesOf(piece).map((wire) => (direction === 'reverse' ? flipped(plan, name, wire) : wire));
  const list = bidirectional ? [place] : [];
  const ends = Array.from({ length: options.states }, (_, k) => ({
    ...viewOf(piece.outputs[0]),
    wires: sequences.map((_wire, k2) => statesOf(piece, k2)[k]),
    axes: [list, [0], [1]],
  }));
  const sequenceView = { ...viewOf(piece.outputs[0]), wires: sequences, axes: [[1], list, [0], [2]] };
  return [isPacked ? { ...sequenceView, masked: { steps: masked!, state: 'packed' } } : sequenceView, ...ends];
};

function refuseOptions({ attributes, inputs, node }: Call): void {
  const refuse = (what: string): never => {
    throw new Error(`it has ${what}, which no layer has`);
  };
  if (attributes.has('clip')) refuse('a bound on what enters its activations (clip)');
  if (attributes.int('input_forget', 0) === 1) refuse('a coupled input and forget gate (input_forget)');
  if (attributes.int('layout', 0) === 1) refuse('its batch first (layout 1)');
  if (node.opType === 'LSTM' && inputs[7] !== undefined) refuse('peepholes');
}

/** The sequence `[batch, time, features]` that it walks over. */
function sequenceAt(call: Call, features: number): Wire {
  const view = viewAt(call, 0);
  if (view.axes.length !== 3) throw new Error(`it takes a tensor of ${view.axes.length} axes, where it needs three`);
  if (String(view.axes[1]) !== '0') throw new BatchAxisError('it has the batch on its second axis');
  const wire = toWire(call.plan, call.name, transposed(view, [1, 0, 2]));
  if (wire.sizes[2].factor !== features || wire.sizes[2].free.length > 0)
    throw new Error(`it has weights for ${features} features, the sequence has other ones`);
  return wire;
}

const defaults = { LSTM: ['Sigmoid', 'Tanh', 'Tanh'], GRU: ['Sigmoid', 'Tanh'], RNN: ['Tanh'] };

/** The activations of the gates and of what they let through, the same in both directions. */
function activationsOf(
  { attributes }: Call,
  operator: Operator,
  directions: number,
): { activation: string; recurrentActivation: string } {
  const own = defaults[operator];
  const names = attributes.texts('activations') ?? Array.from({ length: directions }, () => own).flat();
  const [alphas, betas] = [attributes.floats('activation_alpha'), attributes.floats('activation_beta')];
  const read = names.map((name) => readActivation(name, alphas, betas));
  const [first, ...others] = Array.from({ length: directions }, (_, k) =>
    read.slice(k * own.length, (k + 1) * own.length),
  );
  if (others.some((other) => String(other) !== String(first)))
    throw new Error('it has other activations in one direction than in the other');
  if (operator === 'RNN') return { activation: first[0], recurrentActivation: '' };
  if (operator === 'LSTM' && first[1] !== first[2])
    throw new Error(`it has two activations besides that of its gates, ${first[1]} and ${first[2]}`);
  return { activation: first[1], recurrentActivation: first[0] };
}

/** Keras's kernel, recurrent kernel and bias of one direction. */
function weightsOf(
  operator: Operator,
  direction: number,
  W: tf.Tensor,
  R: tf.Tensor,
  B: tf.Tensor | undefined,
  resetAfter: boolean,
): tf.Tensor[] {
  const count = gates[operator].length;
  const reordered = (weight: tf.Tensor, axis: number) => {
    const parts = tf.split(weight, count, axis);
    const own: tf.Tensor[] = [];
    gates[operator].forEach((gate, k) => (own[gate] = parts[k]));
    return tf.concat(own, axis);
  };
  const of = (weight: tf.Tensor) => tf.gather(weight, direction);
  const units = R.shape[2]!;
  const all = B ? of(B) : tf.zeros([2 * count * units]);
  const [input, state] = tf.split(all, 2).map((half) => reordered(half, 0));
  const bias = operator === 'GRU' && resetAfter ? tf.stack([input, state]) : input.add(state);
  return [reordered(of(W), 0).transpose(), reordered(of(R), 0).transpose(), bias];
}
