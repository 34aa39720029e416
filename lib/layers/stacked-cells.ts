/** Several cells, one above the other, run as one. */
import { tf } from '../backend';
import { ProjectedCell } from './projected-cell';
import { type Kwargs, type LayerArgs, type StockClass, stockClass } from './stock';

/** Options of {@link stackedRNNCells}. */
export interface StackedRNNCellsArgs extends LayerArgs {
  /** From the one that sees the input to the one whose output counts. */
  cells: tf.layers.RNNCell[];
}

interface StockStack extends tf.layers.RNNCell {
  cells: tf.layers.RNNCell[];
}
const StockStackedRNNCells = stockClass<StockClass<StackedRNNCellsArgs, StockStack>>('StackedRNNCells');

/**
 * Cells run as one: each takes the output of the one before it. States are in the order of the cells, `[h1, c1, h2, c2]`, as in
 * Keras 3; TensorFlow.js keeps them in reverse.
 */
export class StackedRNNCells extends StockStackedRNNCells {
  static readonly className = 'StackedRNNCells';

  constructor(args: StackedRNNCellsArgs) {
    super(args);
    if (!args.cells?.length) throw new Error('StackedRNNCells: `cells` is empty; give at least one cell.');
  }

  override get stateSize(): number[] {
    return this.cells.flatMap((cell) => cell.stateSize);
  }

  /** Size of the output: the first state of the last cell. */
  get outputSize(): number {
    return firstSize(this.cells[this.cells.length - 1]);
  }

  override get losses() {
    return this.cells.flatMap((cell) => cell.losses);
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: Kwargs): tf.Tensor[] {
    return tf.tidy(() => {
      const [x, ...states] = inputs as tf.Tensor[];
      const masks = kwargs?.dropoutMasks as unknown[] | undefined;
      const next: tf.Tensor[] = [];
      let output = x;
      let offset = 0;
      this.cells.forEach((cell, k) => {
        const count = stateCount(cell);
        const own = masks ? { ...kwargs, dropoutMasks: masks[k] } : kwargs;
        const result = cell.call([output, ...states.slice(offset, offset + count)], own) as tf.Tensor[];
        output = result[0];
        next.push(...result.slice(1));
        offset += count;
      });
      return [output, ...next];
    });
  }

  /** Draws the masks of one batch for every cell. */
  drawDropoutMasks(batch: number, features: number, training: boolean): unknown[] {
    let size = features;
    return this.cells.map((cell) => {
      const masks = cell instanceof ProjectedCell ? cell.drawDropoutMasks(batch, size, training) : undefined;
      size = firstSize(cell);
      return masks;
    });
  }

  override setWeights(weights: tf.Tensor[]): void {
    let offset = 0;
    for (const cell of this.cells) {
      const count = cell.weights.length;
      cell.setWeights(weights.slice(offset, offset + count));
      offset += count;
    }
    if (offset !== weights.length)
      throw new Error(`${this.name} has ${offset} weights; it was given ${weights.length}.`);
  }

  override setFastWeightInitDuringBuild(value: boolean): void {
    super.setFastWeightInitDuringBuild(value);
    for (const cell of this.cells) cell.setFastWeightInitDuringBuild(value);
  }
}

/** How many states a cell has. */
export function stateCount(cell: tf.layers.RNNCell): number {
  return Array.isArray(cell.stateSize) ? cell.stateSize.length : 1;
}

function firstSize(cell: tf.layers.RNNCell): number {
  if (cell instanceof StackedRNNCells) return cell.outputSize;
  return Array.isArray(cell.stateSize) ? cell.stateSize[0] : cell.stateSize;
}

/** Size of the output of a cell. */
export const outputSize = firstSize;
