/** A plan becomes a model: what several pieces do that one layer does is that one layer. */
import { tf } from '../../../backend';
import * as layers from '../../../layers';
import { ignoreMask } from '../../ignored-masks';
import { placeMasks, seesForeignMask } from './mask-makers';
import { pairUp } from './pairs';
import { type Piece, type Wire, piecesOf, withAttention } from './plan';
import { type RecurrentOptions, optionsOf, sequencesOf, statesOf } from './recurrent-piece';
import { numberOf } from './size';

type Symbolic = tf.SymbolicTensor;
type Factory = (args: Record<string, unknown>) => tf.layers.Layer;

/** The model whose outputs are these wires. @throws Error that names the layer when none does what a piece does */
export function assembled(inputs: readonly Wire[], outputs: readonly Wire[], name: string): tf.LayersModel {
  const made = withAttention(outputs);
  pairUp(made);
  return new Assembly(made).model(inputs, made, name);
}

/** Pieces that are a layer only together with others. */
const partial: Record<string, string> = {
  centered: 'takes the mean of its features away, which is a layer only within layer normalization',
  deviation: 'takes the deviation of its features, which is a layer only within layer normalization',
  erf: 'takes the error function, which is a layer only within GELU',
  inverse: 'divides by the deviation of its features, which is a layer only within layer normalization',
  mean: 'takes the mean of its features, which is a layer only within layer normalization',
  quotient: 'divides by the deviation of its features, which is a layer only within layer normalization',
  shift: 'divides the mean of its features by their deviation, which is a layer only within layer normalization',
  squares: 'squares its features, which is a layer only within layer normalization',
  variance: 'takes the variance of its features, which is a layer only within layer normalization',
  flip: 'reads time backwards, which here only recurrent layers do',
  scores: 'compares the steps of several heads, which is a layer only with the softmax and the weighted sum behind it',
};

/** The options of a layer, without what only its plan says. */
const ownOptions = (all: Piece['options']): Piece['options'] => {
  const { masked: _masked, isOpen: _isOpen, isProjected: _isProjected, softmax: _softmax, ...options } = all;
  return options;
};

class Assembly {
  private readonly tensors = new Map<Wire, Symbolic>();
  private readonly users = new Map<Wire, Piece[]>();
  private readonly made: tf.layers.Layer[] = [];
  private readonly pieces: Piece[];
  /** Whether the layer that is made sees a mask that the graph does not give it. */
  private ignoring = false;

  constructor(private readonly outputs: readonly Wire[]) {
    this.pieces = piecesOf(outputs);
    placeMasks(this.pieces);
    for (const piece of this.pieces)
      for (const wire of piece.inputs) this.users.set(wire, [...(this.users.get(wire) ?? []), piece]);
  }

  model(inputs: readonly Wire[], outputs: readonly Wire[], name: string): tf.LayersModel {
    try {
      for (const piece of this.pieces) this.make(piece);
      for (const { piece } of inputs) if (!this.pieces.includes(piece)) this.make(piece);
      const tensors = outputs.map((wire) => this.tensors.get(wire)!);
      const given = inputs.map((wire) => this.tensors.get(wire)!);
      return tf.model({ inputs: given, outputs: tensors, name });
    } catch (error) {
      for (const { weights } of this.made) weights.forEach((weight) => weight.dispose());
      throw error;
    }
  }

  private make(piece: Piece): void {
    if (piece.outputs.some((wire) => this.tensors.has(wire))) return;
    this.ignoring = seesForeignMask(piece);
    const { kind, name, options } = piece;
    if (kind === 'input') {
      const [{ sizes }] = piece.outputs;
      this.tensors.set(
        piece.outputs[0],
        tf.input({ shape: sizes.slice(1).map(numberOf), name, dtype: options.dtype as 'int32' }),
      );
    } else if (kind === 'recurrent') this.makeRecurrent(piece);
    else if (kind === 'affine') this.makeAffine(piece);
    else if (kind === 'multiHeadAttention') this.makeAttention(piece);
    else if (kind === 'dense' || kind === 'conv1d' || kind === 'conv2d') this.makeWithActivation(piece);
    else if (Object.hasOwn(partial, kind)) throw new Error(`Node "${name}" ${partial[kind]}.`);
    else this.set(piece.outputs[0], this.layer(kind, name, ownOptions(options), piece.weights, this.inputsOf(piece)));
  }

  private inputsOf(piece: Piece): Symbolic[] {
    return piece.inputs.map((wire) => this.tensors.get(wire)!);
  }

  private set(wire: Wire, tensor: Symbolic | Symbolic[]): void {
    this.tensors.set(wire, tensor as Symbolic);
  }

  /** Makes a layer and calls it. */
  private layer(
    kind: string,
    name: string,
    options: Record<string, unknown>,
    weights: tf.Tensor[],
    inputs: Symbolic[],
    make?: () => tf.layers.Layer,
  ): Symbolic | Symbolic[] {
    const layer = make ? make() : (layers as unknown as Record<string, Factory>)[kind]({ ...options, name });
    this.made.push(layer);
    if (this.ignoring) ignoreMask(layer);
    const result = layer.apply(inputs.length === 1 ? inputs[0] : inputs) as Symbolic | Symbolic[];
    if (weights.length > 0) layer.setWeights(weights);
    return result;
  }

  /** The piece that alone takes a wire. */
  private onlyUser(wire: Wire): Piece | undefined {
    const users = this.users.get(wire) ?? [];
    return users.length === 1 && !this.outputs.includes(wire) ? users[0] : undefined;
  }

  /** A bias that stands as a sum of its own behind a product, and the activation behind that. */
  private makeWithActivation(piece: Piece): void {
    const [kernel] = piece.weights;
    const options = { ...piece.options };
    const weights = [...piece.weights];
    let [last] = piece.outputs;
    const shift = this.onlyUser(last);
    const isLast = shift?.options.axis === last.sizes.length - 1;
    if (shift?.kind === 'affine' && shift.options.isShift && isLast && weights.length === 1) {
      options.useBias = true;
      weights.push(shift.weights[1]);
      [last] = shift.outputs;
    }
    const follower = this.onlyUser(last);
    if (follower?.kind === 'activation') {
      options.activation = follower.options.activation;
      [last] = follower.outputs;
    }
    const result = this.layer(piece.kind, piece.name, options, [kernel, ...weights.slice(1)], this.inputsOf(piece));
    for (let wire = piece.outputs[0]; ; [wire] = this.onlyUser(wire)!.outputs) {
      this.set(wire, result);
      if (wire === last) return;
    }
  }

  /** A bias that stands as a sum of its own behind the last projection is that of the layer. */
  private makeAttention(piece: Piece): void {
    const { name, options, weights, outputs } = piece;
    const returnAttentionScores = this.users.has(outputs[1]) || this.outputs.includes(outputs[1]);
    if (this.ignoring) throw new Error(`Node "${name}" attends to padding as well, which the layer here leaves out.`);
    const [wire] = outputs;
    const shift = this.onlyUser(wire);
    const isBias =
      shift?.kind === 'affine' && shift.options.isShift === true && shift.options.axis === wire.sizes.length - 1;
    const own = isBias ? [...weights.slice(0, -1), weights.at(-1)!.add(shift.weights[1])] : weights;
    const made = { ...ownOptions(options), returnAttentionScores };
    const [result, scores] = [this.layer('multiHeadAttention', name, made, own, this.inputsOf(piece))].flat();
    for (const one of isBias ? [wire, ...shift.outputs] : [wire]) this.set(one, result);
    if (scores) this.set(outputs[1], scores);
  }

  /** A factor and a sum for each feature: what normalization does once it has been trained. */
  private makeAffine(piece: Piece): void {
    const [wire] = piece.outputs;
    const [scale] = piece.weights;
    let [, shift] = piece.weights;
    let last = wire;
    const next = piece.options.isScale ? this.onlyUser(wire) : undefined;
    if (next?.kind === 'affine' && next.options.isShift && next.options.axis === piece.options.axis) {
      [, shift] = next.weights;
      [last] = next.outputs;
    }
    const isLast = piece.options.axis === wire.sizes.length - 1;
    const options = { axis: isLast ? -1 : piece.options.axis, epsilon: 0 };
    const weights = [scale, shift, tf.zerosLike(scale), tf.onesLike(scale)];
    const result = this.layer('batchNormalization', piece.name, options, weights, this.inputsOf(piece));
    this.set(wire, result);
    this.set(last, result);
  }

  private makeRecurrent(piece: Piece): void {
    const options = optionsOf(piece);
    const usedOf = (wire: Wire) => this.outputs.includes(wire) || this.users.has(wire);
    const sequences = sequencesOf(piece);
    const count = sequences.length;
    const states = sequences.map((_wire, direction) => statesOf(piece, direction));
    const returnSequences = sequences.some(usedOf);
    const [firsts, others] = [states.map(([first]) => first), states.flatMap(([, ...rest]) => rest)];
    const returnState = others.some(usedOf) || (returnSequences && firsts.some(usedOf));
    const args = { ...options.args, returnSequences, returnState, zeroOutputForMask: options.zeroOutputForMask };
    if (count === 1) {
      const made = [this.call(piece, options, { ...args, goBackwards: options.goBackwards, name: piece.name })].flat();
      this.setOutputs(returnSequences ? sequences : firsts, made.slice(0, 1));
      this.setOutputs(states[0], made.slice(1));
      return;
    }
    const pair = returnSequences ? sequences : firsts;
    const merge = this.mergeOf(pair);
    const mergeMode = merge?.mode ?? null;
    const made = [this.call(piece, options, args, mergeMode)].flat();
    if (merge) merge.wires.forEach((wire) => this.set(wire, made[0]));
    else this.setOutputs(pair, made.slice(0, 2));
    this.setOutputs(states.flat(), made.slice(merge ? 1 : 2));
  }

  private setOutputs(wires: Wire[], tensors: Symbolic[]): void {
    tensors.forEach((tensor, k) => this.set(wires[k], tensor));
  }

  private call(
    piece: Piece,
    options: RecurrentOptions,
    args: Record<string, unknown>,
    mergeMode?: string | null,
  ): Symbolic | Symbolic[] {
    const inner = () => (layers as unknown as Record<string, Factory>)[options.layer](args);
    const make = () =>
      mergeMode === undefined
        ? inner()
        : layers.bidirectional({ layer: inner() as tf.layers.RNN, mergeMode: mergeMode as 'concat', name: piece.name });
    return this.layer(options.layer, piece.name, {}, piece.weights, this.inputsOf(piece), make);
  }

  /** How the tensors of both directions are merged, where all that is made of them is one merger. */
  private mergeOf(pair: Wire[]): { mode: string; wires: Wire[] } | undefined {
    if (pair.some((wire) => this.outputs.includes(wire))) return undefined;
    const users = [...new Set(pair.flatMap((wire) => this.users.get(wire) ?? []))];
    const modes = users.map((user) => {
      const isPair = user.inputs.length === 2 && user.inputs[0] === pair[0] && user.inputs[1] === pair[1];
      if (!isPair) return undefined;
      if (user.kind === 'concatenate') return user.options.axis === -1 ? 'concat' : undefined;
      return { add: 'sum', multiply: 'mul', average: 'ave' }[user.kind];
    });
    const [mode] = modes;
    if (mode === undefined || modes.some((other) => other !== mode)) return undefined;
    return { mode, wires: users.map(({ outputs }) => outputs[0]) };
  }
}
