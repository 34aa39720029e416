/** The recurrent layer: a cell walked over time, with masks, states and everything else that Keras's `RNN` does. */
import { tf } from '../backend';
import { eachStep, walk, type Walk } from '../kernels';
import { type RegularizerIdentifier, describe, getRegularizer } from './identifiers';
import { ProjectedCell } from './projected-cell';
import { StackedRNNCells, outputSize, stateCount } from './stacked-cells';
import { type Config, type Kwargs, type LayerArgs, type TensorOrSymbolic, first, firstShape, toList } from './stock';

/** What every recurrent layer takes besides its cell: Keras 3's names and defaults. */
export interface RecurrentArgs extends LayerArgs {
  /** Return the output of every step, `[batch, time, units]`, rather than the last one, `[batch, units]`. Default: false. */
  returnSequences?: boolean;
  /** Return `[output, ...states]`. Default: false. */
  returnState?: boolean;
  /** Walk from the last step to the first; a returned sequence is in that order too. Default: false. */
  goBackwards?: boolean;
  /** Start each batch from the state that the batch before it ended in; needs `batchInputShape`. Default: false. */
  stateful?: boolean;
  /** Keras's choice between a loop and an unrolled graph; without effect here. Default: false. */
  unroll?: boolean;
  /** Give zeros at masked steps instead of the output before them. Default: false. */
  zeroOutputForMask?: boolean;
  /** Penalty of the outputs, added to the loss. */
  activityRegularizer?: RegularizerIdentifier | null;
}

/** Options of {@link rnn}. */
export interface RNNArgs extends RecurrentArgs {
  /** The cell, or several to be stacked. */
  cell: tf.layers.RNNCell | tf.layers.RNNCell[];
}

/** A batch on its way through a recurrent layer. */
export interface Batch {
  /** `[batch, time, features]` */
  x: tf.Tensor3D;
  /** Each `[batch, size]`; zeros when undefined. */
  states?: tf.Tensor2D[];
  /** `[batch, time]`, boolean. */
  mask?: tf.Tensor2D;
  training: boolean;
}

/**
 * A recurrent layer over `[batch, time, features]`. `apply(x, { initialState, mask })` or `apply([x, ...states])`.
 */
export class RNN extends tf.layers.RNN {
  static override readonly className: string = 'RNN';
  readonly zeroOutputForMask: boolean;

  constructor(args: RNNArgs) {
    const cell = Array.isArray(args.cell) ? new StackedRNNCells({ cells: args.cell }) : args.cell;
    super({ ...args, cell, unroll: args.unroll ?? false });
    this.zeroOutputForMask = args.zeroOutputForMask ?? false;
    const activityRegularizer = getRegularizer(args.activityRegularizer);
    if (activityRegularizer) this.activityRegularizer = activityRegularizer;
    this.inputSpec = [];
  }

  override get trainable(): boolean {
    return super.trainable;
  }

  override set trainable(value: boolean) {
    super.trainable = value;
    if (this.cell) this.cell.trainable = value;
  }

  override get losses() {
    return [...super.losses, ...(this.cell?.losses ?? [])];
  }

  private get stateSizes(): number[] {
    return toList(this.cell.stateSize);
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const shape = firstShape(inputShape);
    if (shape.length !== 3)
      throw new Error(
        `${this.name} takes a sequence [batch, time, features]; it was given the shape [${shape.map(String)}].`,
      );
    if (!this.cell.built) this.cell.build([shape[0], ...shape.slice(2)]);
    this.cell.built = true;
    if (this.stateful) {
      if (shape[0] === null)
        throw new Error(
          `${this.name} is stateful and must know its batch size: give \`batchInputShape\` to the first layer, ` +
            'or `batchShape` to tf.input.',
        );
      this.keepStates(this.stateSizes.map((size) => tf.zeros([shape[0] as number, size])));
    }
    this.built = true;
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape | tf.Shape[] {
    const [batch, time] = firstShape(inputShape);
    if (Array.isArray(inputShape[0])) this.checkStates(inputShape.slice(1) as tf.Shape[], batch);
    const units = outputSize(this.cell);
    const output = this.returnSequences ? [batch, time, units] : [batch, units];
    return this.returnState ? [output, ...this.stateSizes.map((size) => [batch, size])] : output;
  }

  override computeMask(_inputs: tf.Tensor | tf.Tensor[], mask?: tf.Tensor | tf.Tensor[]): tf.Tensor | tf.Tensor[] {
    const none = null as unknown as tf.Tensor;
    const output = this.returnSequences ? (first(mask ?? none) ?? none) : none;
    return this.returnState ? [output, ...this.stateSizes.map(() => none)] : output;
  }

  override apply(inputs: TensorOrSymbolic | TensorOrSymbolic[], kwargs?: Kwargs): ReturnType<tf.layers.Layer['apply']> {
    if (!kwargs?.initialState) return tf.layers.Layer.prototype.apply.call(this, inputs as tf.Tensor, kwargs);
    const { initialState, ...rest } = kwargs;
    const all = [...toList(inputs), ...toList(initialState as TensorOrSymbolic | TensorOrSymbolic[])];
    return tf.layers.Layer.prototype.apply.call(this, all as tf.Tensor[], rest);
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: Kwargs): tf.Tensor | tf.Tensor[] {
    return tf.tidy(() => {
      const [x, ...given] = toList(inputs);
      const mask = first(kwargs?.mask as tf.Tensor | undefined) ?? undefined;
      const states = given.length > 0 ? given : this.stateful ? this.states : undefined;
      this.check(x, mask, states);
      const walked = this.walk({
        x: x as tf.Tensor3D,
        states: states as tf.Tensor2D[] | undefined,
        mask: mask?.toBool() as tf.Tensor2D | undefined,
        training: kwargs?.training === true,
      });
      if (this.stateful) this.keepStates(walked.state.map((state) => state.clone()));
      const output = this.returnSequences ? (walked.sequence as tf.Tensor) : walked.output;
      return this.returnState ? [output, ...walked.state] : output;
    });
  }

  /** Walks the cell over one batch, step by step. */
  protected walk({ x, states, mask, training }: Batch): Walk {
    const [batch, time] = x.shape;
    return walk({
      batch,
      time,
      units: outputSize(this.cell),
      state: states ?? this.stateSizes.map((size) => tf.zeros([batch, size])),
      mask,
      reverse: this.goBackwards,
      returnSequences: this.returnSequences,
      zeroOutputForMask: this.zeroOutputForMask,
      step: this.stepper(x, training),
    });
  }

  private stepper(x: tf.Tensor3D, training: boolean): (t: number, states: tf.Tensor[]) => tf.Tensor[] {
    const { cell } = this;
    const [batch, , features] = x.shape;
    if (cell instanceof ProjectedCell) {
      const masks = cell.drawDropoutMasks(batch, features, training);
      const steps = eachStep(cell.project(x, masks.input)) as tf.Tensor2D[];
      const step = cell.stepper(masks);
      return (t, states) => {
        const next = step(steps[t], states as tf.Tensor2D[]);
        return [next[0], ...next];
      };
    }
    const dropoutMasks = cell instanceof StackedRNNCells ? cell.drawDropoutMasks(batch, features, training) : undefined;
    const steps = eachStep(x);
    return (t, states) => cell.call([steps[t], ...states], { training, dropoutMasks }) as tf.Tensor[];
  }

  private check(x: tf.Tensor, mask: tf.Tensor | undefined, states: tf.Tensor[] | undefined): void {
    if (x.rank !== 3)
      throw new Error(`${this.name} takes a sequence [batch, time, features]; it was given the shape [${x.shape}].`);
    if (mask && (mask.rank !== 2 || mask.shape[0] !== x.shape[0] || mask.shape[1] !== x.shape[1]))
      throw new Error(
        `${this.name}: the mask has the shape [${mask.shape}]; the input [${x.shape}] needs [${x.shape.slice(0, 2)}].`,
      );
    if (states)
      this.checkStates(
        states.map(({ shape }) => shape),
        x.shape[0],
      );
  }

  private checkStates(shapes: tf.Shape[], batch: number | null): void {
    const expected = stateCount(this.cell);
    if (shapes.length === 0) return;
    if (shapes.length !== expected)
      throw new Error(`${this.name} has ${expected} state(s); it was given ${shapes.length}.`);
    shapes.forEach((given, k) => {
      const shape = [batch, this.stateSizes[k]];
      const fits = given.length === 2 && given[1] === shape[1] && (given[0] ?? batch) === (batch ?? given[0]);
      if (fits) return;
      const cause = this.stateful ? 'A stateful layer takes only batches of the size that it was built for; ' : '';
      const shown = [given, shape].map((axes) => `[${axes.map(String)}]`);
      throw new Error(`${this.name}: ${cause}state ${k} has the shape ${shown[0]}, the batch needs ${shown[1]}.`);
    });
  }

  /** Sets the states of a stateful layer to zero, or to `states`, each `[batch, size]`. */
  override resetStates(states?: tf.Tensor | tf.Tensor[]): void {
    if (!this.stateful)
      throw new Error(`${this.name} keeps no state: only a layer made with \`stateful: true\` can reset it.`);
    const kept = this.states;
    if (kept.includes(null as unknown as tf.Tensor)) return;
    const given = toList(states);
    if (given.length > 0 && given.length !== kept.length)
      throw new Error(`${this.name} has ${kept.length} state(s); resetStates was given ${given.length}.`);
    given.forEach((state, k) => {
      if (!tf.util.arraysEqual(state.shape, kept[k].shape))
        throw new Error(`${this.name}: state ${k} needs the shape [${kept[k].shape}], not [${state.shape}].`);
    });
    this.keepStates(given.length > 0 ? given.map((state) => state.clone()) : kept.map((state) => tf.zerosLike(state)));
  }

  private keepStates(states: tf.Tensor[]): void {
    const before = this.states.filter((state) => state !== null);
    this.states = states.map((state) => tf.keep(state));
    tf.dispose(before);
  }

  override dispose(): ReturnType<tf.layers.Layer['dispose']> {
    const result = super.dispose();
    if (result.refCountAfterDispose > 0) return result;
    tf.dispose(this.states.filter((state) => state !== null));
    this.states = null as unknown as tf.Tensor[];
    return result;
  }

  /** A layer of a class of its own has the arguments of its cell beside its own, as in Keras. */
  static override fromConfig<T extends tf.serialization.Serializable>(
    constructor: tf.serialization.SerializableConstructor<T>,
    config: Config,
    customObjects?: Config,
  ): T {
    return 'cell' in config ? super.fromConfig(constructor, { ...config }, customObjects) : new constructor(config);
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      zeroOutputForMask: this.zeroOutputForMask,
      activityRegularizer: describe(this.activityRegularizer),
    };
  }
}
