/** The step of a loop as that of an LSTM, a GRU or a simple recurrent layer of Keras. */
import { tf } from '../../../backend';
import * as layers from '../../../layers';
import { plainActivation } from './activations';
import type { LoopBody } from './loop-body';

/** The names of what a step takes and gives. */
export interface Step {
  sequence: string;
  mask?: string;
  features: number;
  states: { name: string; next: string }[];
  scans: string[];
}

export interface StepCell {
  layer: 'gru' | 'lstm' | 'simpleRNN';
  units: number;
  /** Of the layer. */
  args: Record<string, unknown>;
  weights: tf.Tensor[];
  /** The names of its states in the loop, in the layer's order. */
  states: string[];
  zeroOutputForMask: boolean;
}

/** The gates of each layer, and how many states it has. */
const kinds = { lstm: [4, 2], gru: [3, 1], simpleRNN: [1, 1] } as const;
const cells = { gru: layers.gruCell, lstm: layers.lstmCell, simpleRNN: layers.simpleRNNCell };

interface Cell extends Omit<tf.layers.Layer, 'call'> {
  call(inputs: tf.Tensor[], kwargs: object): tf.Tensor[];
}

const rows = 3;
const example = (width: number, seed: number) => tf.randomUniform([rows, width], -1, 1, 'float32', seed);
const near = (a: tf.Tensor, b: tf.Tensor): boolean =>
  String(a.shape) === String(b.shape) && a.sub(b).abs().max().dataSync()[0] < 1e-5;

/** The layer whose step this is; undefined where it is none's. */
export function cellOf(body: LoopBody, step: Step): StepCell | undefined {
  const found = productsOf(body, step);
  if (!found) return undefined;
  const { kernel, recurrent, units } = found;
  const gates = kernel.shape[1] / units;
  const activations = activationsOf(body);
  for (const [layer, [count, states]] of Object.entries(kinds) as [StepCell['layer'], readonly [number, number]][]) {
    if (count !== gates) continue;
    for (const names of orders(
      step.states.map(({ name }) => name),
      states,
    ))
      for (const args of argumentsOf(layer, units, activations))
        for (const bias of biasesOf(body, step, args, gates * units)) {
          const weights = [kernel, recurrent, ...(bias ? [bias] : [])];
          const cell = { layer, units, args: { ...args, useBias: bias !== undefined }, weights, states: names };
          const zeroOutputForMask = agrees(body, step, cell);
          if (zeroOutputForMask !== undefined) return { ...cell, zeroOutputForMask };
        }
  }
  return undefined;
}

/** The kernels of the input and of the state: the matrices by which what is read, and the states, are multiplied, in their order. */
function productsOf(
  body: LoopBody,
  step: Step,
): { kernel: tf.Tensor2D; recurrent: tf.Tensor2D; units: number } | undefined {
  const x = new Map([[step.sequence, tf.zeros([rows, step.features])]]);
  const [ofInput, ofState]: tf.Tensor2D[][] = [[], []];
  for (const node of body.nodes) {
    if (node.opType !== 'MatMul') continue;
    const matrix = body.constant(node.input[1]);
    if (matrix?.rank !== 2) return undefined;
    (body.follows(node.input[0], x) ? ofInput : ofState).push(matrix as tf.Tensor2D);
  }
  if (ofInput.length === 0 || ofState.length === 0) return undefined;
  const [units] = ofState[0].shape;
  const isEven = (list: tf.Tensor2D[], size: number) =>
    list.every(({ shape }) => shape[0] === size && shape[1] % units === 0);
  if (!(units > 0) || !isEven(ofInput, step.features) || !isEven(ofState, units)) return undefined;
  const [kernel, recurrent] = [tf.concat2d(ofInput, 1), tf.concat2d(ofState, 1)];
  return kernel.shape[1] === recurrent.shape[1] ? { kernel, recurrent, units } : undefined;
}

/** The activations that a body has, those that layers have unless told otherwise first. */
function activationsOf(body: LoopBody): string[] {
  const own = new Set(body.nodes.flatMap(({ opType }) => plainActivation(opType) ?? []));
  return [...['tanh', 'sigmoid'].filter((one) => own.delete(one)), ...own, 'linear'];
}

function argumentsOf(layer: StepCell['layer'], units: number, activations: string[]): Record<string, unknown>[] {
  if (layer === 'simpleRNN') return activations.map((activation) => ({ units, activation }));
  const gated = activations.flatMap((activation) =>
    [...activations].reverse().map((recurrentActivation) => ({ units, activation, recurrentActivation })),
  );
  const ways = layer === 'gru' ? [{ resetAfter: true }, { resetAfter: false }] : [{}];
  return gated.flatMap((args) => ways.map((way) => ({ ...args, ...way })));
}

/** What may be the bias: none, or the numbers that are added to products, of the input and of the state where those are apart. */
function biasesOf(
  body: LoopBody,
  { sequence, features }: Step,
  { resetAfter }: Record<string, unknown>,
  size: number,
): (tf.Tensor | undefined)[] {
  const x = new Map([[sequence, tf.zeros([rows, features])]]);
  const apart: tf.Tensor[][] = [[], []];
  for (const { opType, input } of body.nodes) {
    if (opType !== 'Add') continue;
    const [one, two] = input.map((name) => body.constant(name));
    const bias = one ?? two;
    if (!bias || (one && two) || bias.rank === 0 || bias.dtype !== 'float32' || size % bias.size !== 0) continue;
    apart[body.follows(input[one ? 1 : 0], x) ? 0 : 1].push(bias.flatten());
  }
  const [ofInput, ofState] = apart.map((list) => (list.length > 0 ? tf.concat(list) : undefined));
  const fits = (bias: tf.Tensor | undefined): bias is tf.Tensor => bias?.size === size;
  if (!ofInput && !ofState) return [undefined];
  if (resetAfter !== true) return [ofInput, ofState].filter(fits);
  const parts = [ofInput ?? tf.zeros([size]), ofState ?? tf.zeros([size])];
  return parts.every(fits) ? [tf.stack(parts)] : [];
}

/** Lists of as many of these names, in every order. */
function orders(names: string[], count: number): string[][] {
  if (count === 0) return [[]];
  return names.flatMap((name) =>
    orders(
      names.filter((other) => other !== name),
      count - 1,
    ).map((rest) => [name, ...rest]),
  );
}

type Made = Omit<StepCell, 'zeroOutputForMask'>;

/** Whether a step does what the cell does, also where a mask hides it; then whether its output is zeros there. */
function agrees(body: LoopBody, step: Step, { layer, units, args, weights, states }: Made): boolean | undefined {
  const x = example(step.features, 1);
  const before = new Map(step.states.map(({ name }, k) => [name, example(units, k + 2)]));
  const cell = (cells[layer] as (args: object) => unknown)(args) as Cell;
  try {
    cell.build([rows, step.features]);
    cell.setWeights(weights);
    const [output, ...after] = cell.call([x, ...states.map((name) => before.get(name)!)], {});
    const run = (counts: boolean) => stepped(body, step, x, before, counts);
    const seen = run(true);
    const isCell = states.every((name, k) => near(seen.get(name)!, after[k]));
    const others = step.states.map(({ name }) => name).filter((name) => !states.includes(name));
    const isOutput = [...others, ...step.scans].every((name) => near(seen.get(name)!, output));
    if (!isCell || !isOutput || others.length > 1) return undefined;
    if (!step.mask) return false;
    const hidden = run(false);
    const stays = states.every((name) => near(hidden.get(name)!, before.get(name)!));
    const kept = others.map((name) => before.get(name)!);
    const isKept = [...others, ...step.scans].every((name) => kept.length > 0 && near(hidden.get(name)!, kept[0]));
    const isZero = [...others, ...step.scans].every((name) => near(hidden.get(name)!, tf.zerosLike(output)));
    return stays && (isKept || isZero) ? isZero && !isKept : undefined;
  } finally {
    cell.weights.forEach((weight) => weight.dispose());
  }
}

/** The next states and the outputs of one step, by their names. */
function stepped(
  body: LoopBody,
  { sequence, mask, states, scans }: Step,
  x: tf.Tensor,
  before: ReadonlyMap<string, tf.Tensor>,
  counts: boolean,
): Map<string, tf.Tensor> {
  const given = new Map([...before, [sequence, x]]);
  if (mask) given.set(mask, tf.fill([rows, 1], counts ? 1 : 0, 'bool'));
  const names = [...states.map(({ next }) => next), ...scans];
  const values = body.run(names, given);
  return new Map([
    ...states.map(({ name }, k) => [name, values[k]] as const),
    ...scans.map((name, k) => [name, values[states.length + k]] as const),
  ]);
}
