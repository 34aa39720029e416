/**
 * Loops over time in which an exporter wrote out a recurrent layer: tf2onnx does so with Keras's GRU and SimpleRNN, and with every layer that sees
 * a mask. Which weights a step has stands in its products; that it is the step of a layer is told by what it computes for examples.
 */
import { tf } from '../../../backend';
import { type Call, type Reading } from './call';
import { type Step, type StepCell, cellOf } from './loop-cell';
import { LoopBody } from './loop-body';
import { withMask } from './mask-makers';
import { tells } from './masks';
import type { Wire } from './plan';
import { type RecurrentOptions, sequencesOf, statesOf } from './recurrent-piece';
import { numberOf, same, sizeText, sized } from './size';
import { numbersIn, sizesIn } from './folding';
import { type Computed, type Value, WrittenLengthError } from './values';
import { type View, sizesOf, toWire, transposed, viewOf } from './view';

/** What goes from step to step, and what the loop reads in each. */
interface Loop {
  body: LoopBody;
  /** Of each variable: its name in the body, the name of its next value, what it begins with. */
  variables: { name: string; next: string; start: Value | undefined; isState: boolean }[];
  scans: string[];
  /** What is read of a sequence, or of a mask, in each step. */
  reads: { name: string; from: View | Computed }[];
}

const refuse = (what: string): never => {
  throw new Error(
    `it walks through time by operators of its own, where LSTM, GRU and RNN are read, and ${what}; of a model of Keras, convert the .keras file`,
  );
};

export const loop: Reading = (call) => {
  const found = loopOf(call);
  const sequences = found.reads.filter(({ from }) => from.kind === 'view');
  const masks = found.reads.filter(({ from }) => from.kind === 'computed');
  if (sequences.length !== 1 || masks.length > 1) return refuse(`reads ${sequences.length} sequences in a step`);
  const [{ from }] = sequences;
  const view = from as View;
  if (view.axes.length !== 3 || String(view.axes[1]) !== '0') return refuse('reads what is no sequence');
  checkLength(call, view);
  const given = toWire(call.plan, call.name, transposed(view, [1, 0, 2]));
  const features = numberOf(given.sizes[2]);
  if (features === null) return refuse('reads steps of any size');
  const step = stepOf(found, sequences[0].name, masks[0]?.name, features);
  const cell = cellOf(found.body, step);
  if (!cell) return refuse('its step is that of no layer');
  return walked(call, found, given, masks[0]?.from as Computed | undefined, cell);
};

function loopOf({ attributes, inputs, outer, file, node }: Call): Loop {
  const graph = attributes.graph('body');
  if (!graph || node.input.length < 3) return refuse('has no body');
  const [iteration, , ...names] = graph.input.map(({ name }) => name);
  const [, ...results] = graph.output.map(({ name }) => name);
  const starts = new Map(names.map((name, k) => [name, inputs[k + 2]]));
  const body = new LoopBody(graph, (name) => (starts.has(name) ? starts.get(name) : outer(name)), file);
  if (results.length < names.length) return refuse('gives less than it takes');
  const counters = new Set([iteration]);
  const variables = names.map((name, k) => {
    const next = results[k];
    const isSame = body.source(next) === name;
    const isCounter = !isSame && String(numbersIn(inputs[k + 2])) === '0' && counts(body, name, next);
    if (isCounter) counters.add(name);
    return { name, next, start: inputs[k + 2], isState: !isSame && !isCounter };
  });
  const states = new Set(variables.flatMap(({ name, isState }) => (isState ? [name] : [])));
  body.hide([...states, ...counters]);
  const reads = body.nodes.flatMap((one) => {
    if (one.opType !== 'Gather' || !counters.has(body.source(one.input[1]))) return [];
    const from = starts.get(one.input[0]) ?? (body.makes(one.input[0]) ? undefined : outer(one.input[0]));
    return from?.kind === 'view' || from?.kind === 'computed' ? [{ name: one.output[0], from }] : [];
  });
  return { body, variables, scans: results.slice(names.length), reads };
}

/** Whether a variable is one more in the next step. */
function counts(body: LoopBody, name: string, next: string): boolean {
  try {
    const [after] = body.run([next], new Map([[name, tf.scalar(3, 'int32')]]));
    return after.size === 1 && after.dataSync()[0] === 4;
  } catch {
    return false;
  }
}

/** @throws WrittenLengthError where the loop has a number of steps of its own, and Error where that is another than the sequence has */
function checkLength({ inputs }: Call, view: View): void {
  const [steps] = sizesIn(inputs[0]) ?? [];
  const [time] = sizesOf(view);
  if (steps === undefined || same(steps, time)) return;
  const own = numberOf(steps);
  if (own !== null && own >= 2 ** 31 - 1) return;
  const sentence = `walks ${sizeText([steps])} steps of ${sizeText([time])}`;
  if (own !== null && time.free.length === 1 && time.factor === 1 && time.free[0].known === undefined)
    throw new WrittenLengthError(time.free[0].name, own, `it ${sentence}`);
  refuse(sentence);
}

/** The names of a step's parts. */
function stepOf({ variables, scans }: Loop, sequence: string, mask: string | undefined, features: number): Step {
  const states = variables.filter(({ isState }) => isState).map(({ name, next }) => ({ name, next }));
  return { sequence, mask, features, states, scans };
}

/** The layer, and what each result of the loop is of it. */
function walked(call: Call, found: Loop, given: Wire, mask: Computed | undefined, cell: StepCell): Value[] {
  const { plan, name } = call;
  const isFlipped = given.piece.kind === 'flip';
  const source = isFlipped ? given.piece.inputs[0] : given;
  const steps = mask && stepsOf(mask, isFlipped);
  const x = steps ? withMask(plan, name, source, steps) : source;
  const options: RecurrentOptions = {
    layer: cell.layer,
    args: cell.args,
    bidirectional: false,
    goBackwards: isFlipped,
    states: cell.states.length,
    masked: steps,
    zeroOutputForMask: cell.zeroOutputForMask,
  };
  const [batch, time] = source.sizes;
  const state = [batch, sized(cell.units)];
  const sizes = [[batch, time, sized(cell.units)], ...cell.states.map(() => state)];
  const firsts = firstStates(call, found, cell);
  const [{ piece }] = plan.addAll('recurrent', name, [x, ...firsts], sizes, {
    options: options as unknown as Record<string, unknown>,
    weights: cell.weights,
  });
  const [sequence] = sequencesOf(piece);
  const last = new Map(cell.states.map((one, k) => [one, viewOf(statesOf(piece, 0)[k])]));
  const results = found.variables.map(({ name: own, start, isState }) =>
    isState ? (last.get(own) ?? viewOf(statesOf(piece, 0)[0])) : start,
  );
  const scan: View = { ...viewOf(sequence), axes: [[1], [0], [2]] };
  return [...results, ...found.scans.map(() => scan)] as Value[];
}

/** The steps that a mask `[time, batch]` or `[time, batch, 1]` is made of. */
function stepsOf(mask: Computed, isFlipped: boolean): Wire {
  const run: Computed['run'] = (example) => {
    const rows = mask.run(example);
    return rows.reshape(rows.shape.slice(0, 2) as [number, number]).transpose();
  };
  const itself = (row: boolean[]) => (isFlipped ? [...row].reverse() : row).map(Number);
  const turned: Computed = { ...mask, run };
  return tells(turned, itself) ? turned.source!.wires[0] : refuse('sees a mask that no layer makes');
}

function firstStates({ plan, name }: Call, { variables }: Loop, { states, units }: StepCell): Wire[] {
  const starts = states.map((one) => variables.find((variable) => variable.name === one)!.start);
  const isZero = (value: Value | undefined) =>
    (value?.kind === 'fill' && value.value === 0) ||
    (value?.kind === 'constant' && value.tensor.dataSync().every((number: number) => number === 0));
  if (starts.every(isZero)) return [];
  return starts.map((value) => {
    const wire = value?.kind === 'view' ? toWire(plan, name, value) : refuse('begins with numbers of the file');
    return wire.sizes.length === 2 && numberOf(wire.sizes[1]) === units ? wire : refuse('begins with other states');
  });
}
