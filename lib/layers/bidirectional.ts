/** A recurrent layer read in both directions. */
import { tf } from '../backend';
import { describe, fromDescription, type Description } from './identifiers';
import { RNN } from './rnn';
import {
  type Config,
  type Kwargs,
  type LayerArgs,
  type StockClass,
  type TensorOrSymbolic,
  stockClass,
  toList,
  firstShape,
} from './stock';

/** How the outputs of both directions become one; null keeps both. */
export type MergeMode = 'concat' | 'sum' | 'mul' | 'ave' | null;

/** Options of {@link bidirectional}. */
export interface BidirectionalArgs extends LayerArgs {
  /** The recurrent layer; it is copied for each direction, with weights of its own. */
  layer: tf.layers.RNN;
  /** The layer of the other direction, where it is not a copy of `layer`; it is copied as well. */
  backwardLayer?: tf.layers.RNN | null;
  /** How the two outputs become one; `null` returns both. Default: concat. */
  mergeMode?: MergeMode;
}

interface StockLayer extends tf.layers.Layer {
  layer: tf.layers.RNN;
  forwardLayer: tf.layers.RNN;
  backwardLayer: tf.layers.RNN;
  mergeMode: MergeMode;
}
const StockBidirectional = stockClass<StockClass<BidirectionalArgs, StockLayer>>('Bidirectional');

/**
 * Two copies of a recurrent layer, one walking each way; weights of the forward one first. A returned sequence of the backward
 * copy is put back into the order of time. Where a mask hides a step, a returned sequence holds zeros, as in Keras 3.
 */
export class Bidirectional extends StockBidirectional {
  static readonly className = 'Bidirectional';
  private readonly ownBackwardLayer?: tf.layers.RNN;

  constructor(args: BidirectionalArgs) {
    super(args);
    if (args.backwardLayer) {
      assertOpposite(args.layer, args.backwardLayer);
      this.ownBackwardLayer = args.backwardLayer;
      this.backwardLayer = fromDescription(describe(args.backwardLayer));
    }
    for (const layer of [this.forwardLayer, this.backwardLayer]) {
      if (layer instanceof RNN) Object.assign(layer, { zeroOutputForMask: layer.returnSequences });
    }
  }

  override get losses() {
    return [...(this.forwardLayer?.losses ?? []), ...(this.backwardLayer?.losses ?? [])];
  }

  override apply(inputs: TensorOrSymbolic | TensorOrSymbolic[], kwargs?: Kwargs): ReturnType<tf.layers.Layer['apply']> {
    if (!kwargs?.initialState) return tf.layers.Layer.prototype.apply.call(this, inputs as tf.Tensor, kwargs);
    const { initialState, ...rest } = kwargs;
    const all = [...toList(inputs), ...toList(initialState as TensorOrSymbolic | TensorOrSymbolic[])];
    return tf.layers.Layer.prototype.apply.call(this, all as tf.Tensor[], rest);
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    super.build(firstShape(inputShape));
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape | tf.Shape[] {
    if (!Array.isArray(inputShape[0])) return super.computeOutputShape(inputShape);
    const [shape, ...states] = inputShape as tf.Shape[];
    this.halfOf(states);
    return super.computeOutputShape(shape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: Kwargs): tf.Tensor | tf.Tensor[] {
    return tf.tidy(() => {
      const [x, ...states] = toList(inputs);
      const half = this.halfOf(states);
      const walk = (layer: tf.layers.RNN, own: tf.Tensor[]) => toList(layer.call([x, ...own], { ...kwargs }));
      const [forward, ...forwardStates] = walk(this.forwardLayer, states.slice(0, half));
      const [processed, ...backwardStates] = walk(this.backwardLayer, states.slice(half));
      const backward = this.forwardLayer.returnSequences ? tf.reverse(processed, 1) : processed;
      const outputs = this.merge(forward, backward);
      const all = this.forwardLayer.returnState ? [...outputs, ...forwardStates, ...backwardStates] : outputs;
      return all.length === 1 ? all[0] : all;
    });
  }

  /** How many of `states` are the forward layer's; throws when they are not those of both directions. */
  private halfOf(states: unknown[]): number {
    const half = toList(this.forwardLayer.cell.stateSize).length;
    if (states.length === 0 || states.length === 2 * half) return states.length / 2;
    throw new Error(
      `${this.name} needs ${2 * half} states, those of its forward layer, then those of its backward layer; it got ${states.length}.`,
    );
  }

  private merge(forward: tf.Tensor, backward: tf.Tensor): tf.Tensor[] {
    switch (this.mergeMode) {
      case 'concat':
        return [tf.concat([forward, backward], -1)];
      case 'sum':
        return [forward.add(backward)];
      case 'ave':
        return [forward.add(backward).div(2)];
      case 'mul':
        return [forward.mul(backward)];
      default:
        return [forward, backward];
    }
  }

  override setWeights(weights: tf.Tensor[]): void {
    const count = this.forwardLayer.weights.length;
    this.forwardLayer.setWeights(weights.slice(0, count));
    this.backwardLayer.setWeights(weights.slice(count));
  }

  override getConfig(): Config {
    const own = this.ownBackwardLayer;
    return { ...super.getConfig(), ...(own ? { backwardLayer: describe(own) } : {}) };
  }

  static override fromConfig<T extends tf.serialization.Serializable>(
    constructor: tf.serialization.SerializableConstructor<T>,
    { layer, backwardLayer, ...config }: Config,
  ): T {
    const made = (description: unknown) => description && fromDescription(description as Description);
    return new constructor({ ...config, layer: made(layer), backwardLayer: made(backwardLayer) });
  }

  /** Sets the states of both directions to zero, or to `states`: the forward ones, then the backward ones. */
  override resetStates(states?: tf.Tensor | tf.Tensor[]): void {
    const given = toList(states);
    const half = given.length / 2;
    this.forwardLayer.resetStates(half ? given.slice(0, half) : undefined);
    this.backwardLayer.resetStates(half ? given.slice(half) : undefined);
  }
}

/** Throws where two layers cannot be the two directions of one. */
function assertOpposite(forward: tf.layers.RNN, backward: tf.layers.RNN): void {
  const [one, other] = [forward, backward].map((layer) => ({
    ...layer.getConfig(),
    stateSizes: String(layer.cell.stateSize),
  })) as Config[];
  if (Boolean(one.goBackwards) === Boolean(other.goBackwards))
    throw new Error(
      `bidirectional: both layers go ${one.goBackwards ? 'backwards' : 'forwards'}; give backwardLayer goBackwards: ${!one.goBackwards}.`,
    );
  for (const option of ['returnSequences', 'returnState', 'stateful', 'stateSizes'])
    if (String(one[option] ?? false) !== String(other[option] ?? false))
      throw new Error(
        `bidirectional: ${option} is ${one[option]} in layer and ${other[option]} in backwardLayer; give both the same.`,
      );
}
