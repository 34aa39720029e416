/** A whole stretch as one operation of lib/native. */
import { nativeOp, tf } from '../../backend';
import { isFusedCell, type FusedCell } from '../recurrent/fused';
import { nativeCells } from '../recurrent/native';
import type { Stretch, TokenNetwork, Written } from './network';

/** Whether lib/native has all cells of a network. */
export const takesNetwork = ({ layers }: TokenNetwork): boolean => layers.every(({ cell }) => isFusedCell(cell));

export function generateNatively(network: TokenNetwork, { tokens, uniforms, settings, state }: Stretch): Written {
  const { table, layers, dense, denseBias } = network;
  const none = tf.tensor1d([]);
  const numbers = [
    tf.tensor1d(Int32Array.from(tokens), 'int32'),
    tf.tensor1d(uniforms),
    tf.tensor1d([settings.temperature, settings.topK, settings.topP]),
  ];
  const weights = layers.map((layer) => layer.weights);
  const inputs = [
    ...numbers,
    dense,
    denseBias ?? none,
    ...(table ? [table] : []),
    ...weights.map(({ kernel }) => kernel),
    ...weights.map(({ recurrentKernel }) => recurrentKernel),
    ...weights.map(({ bias }) => bias ?? none),
    ...state,
  ];
  const cells = layers.map(({ cell }) => nativeCells[cell as FusedCell]).join(' ');
  const attributes = { cells, tables: table ? 1 : 0, layers: layers.length, states: state.length };
  try {
    const [written, logits, ...after] = nativeOp('LabGenerate')!(attributes, inputs, 2 + state.length);
    const result = { tokens: written.dataSync(), logits: logits.dataSync(), state: after };
    tf.dispose([written, logits]);
    return result as Written;
  } finally {
    tf.dispose([none, ...numbers]);
  }
}
