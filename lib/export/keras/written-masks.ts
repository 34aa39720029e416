/**
 * Masks that a file of Keras 3 must state: a recurrent layer that is called with an initial state gets none by itself there. They are made
 * of the operations that Keras writes for an Embedding or a Masking.
 */
import type { tf } from '../../backend';
import { letsMasksThrough } from '../../mends/layer-apply';
import { type Config, type Described, kerasTensor } from './description';

export class WrittenMasks {
  /** What makes the masks, as entries of a model's layers. */
  readonly operations: (Described & { inbound_nodes: { args: unknown[]; kwargs: Config }[] })[] = [];

  /** The mask of a tensor as an argument; undefined where nothing before it makes one. */
  of(tensor: tf.SymbolicTensor): object | undefined {
    const source = sourceOf(tensor);
    if (!source) return undefined;
    const { input, value, isAny } = source;
    const { sourceLayer, nodeIndex, tensorIndex, shape, dtype } = input;
    const given = kerasTensor(shape, dtype, [sourceLayer.name, nodeIndex, tensorIndex]);
    const differs = this.add('NotEqual', {}, [given, value], shape);
    return isAny ? this.add('Any', { axis: -1, keepdims: false }, [differs], shape.slice(0, -1)) : differs;
  }

  private add(class_name: string, options: Config, args: unknown[], shape: tf.Shape): object {
    const name = `mask_${this.operations.length}`;
    const config = { name, ...options };
    const inbound_nodes = [{ args, kwargs: {} }];
    this.operations.push({
      module: operationsModule,
      class_name,
      config,
      registered_name: class_name,
      name,
      inbound_nodes,
    });
    return kerasTensor(shape, 'bool', [name, 0, 0]);
  }
}

/** Where Keras has its operations on tensors. */
const operationsModule = 'keras.src.ops.numpy';

interface Source {
  input: tf.SymbolicTensor;
  value: number;
  isAny: boolean;
}

/** Where the mask of a tensor comes from, through layers that pass on that of their first input. */
function sourceOf({ sourceLayer, nodeIndex }: tf.SymbolicTensor): Source | undefined {
  const [input] = sourceLayer.inboundNodes[nodeIndex]?.inputTensors ?? [];
  if (!input || input.sourceLayer === sourceLayer) return undefined;
  const { maskZero, maskValue } = sourceLayer as unknown as { maskZero?: boolean; maskValue?: number };
  const kind = sourceLayer.getClassName();
  if (kind === 'Embedding') return maskZero ? { input, value: 0, isAny: false } : undefined;
  if (kind === 'Masking') return { input, value: maskValue ?? 0, isAny: true };
  return letsMasksThrough(sourceLayer) || 'returnSequences' in sourceLayer ? sourceOf(input) : undefined;
}
