/** A stretch token by token: the recurrent kernels on sequences of one step, in the fastest tier that they have here. */
import { tf } from '../../backend';
import { rowError } from '../embedding/row-error';
import { recurrent } from '../recurrent';
import { cells, times } from '../recurrent/cells';
import type { Stretch, TokenNetwork, Written } from './network';
import { sampleToken } from './sampling';

export function generateStepwise(network: TokenNetwork, { tokens, uniforms, settings, state }: Stretch): Written {
  let current = state;
  const drawn = readAndDraw({ tokens, uniforms, settings }, (token) => {
    const [values, ...after] = tf.tidy(() => step(network, token, current));
    const logits = values.dataSync() as Float32Array;
    tf.dispose([values, ...(current === state ? [] : current)]);
    current = after as tf.Tensor2D[];
    return logits;
  });
  return { ...drawn, state: current };
}

/**
 * Reads tokens one after the other by `read`, which gives the logits of the next, and draws as many more as there are `uniforms`.
 *
 * @example
 * // Token 3 is certain after every other.
 * const settings = { temperature: 1, topK: Infinity, topP: 1 };
 * const stretch = { tokens: [1, 2], uniforms: Float32Array.of(0.5, 0.5), settings };
 * const { tokens } = kernels.readAndDraw(stretch, () => Float32Array.of(-99, -99, -99, 0));
 * console.log(tokens); // Int32Array(2) [ 3, 3 ]
 */
export function readAndDraw(
  { tokens, uniforms, settings }: Omit<Stretch, 'state'>,
  read: (token: number) => Float32Array,
): Omit<Written, 'state'> {
  let logits: Float32Array = new Float32Array();
  for (let k = 0; k < tokens.length; k++) logits = read(tokens[k]);
  const first = logits;
  const written = new Int32Array(uniforms.length);
  for (let k = 0; k < written.length; k++) {
    if (k > 0) logits = read(written[k - 1]);
    written[k] = sampleToken(logits, { ...settings, random: () => uniforms[k] });
  }
  return { tokens: written, logits: first };
}

/** Reads one token: the logits of the next, and the new states. */
function step({ table, layers, dense, denseBias }: TokenNetwork, token: number, state: tf.Tensor2D[]): tf.Tensor[] {
  const lookup = table ?? layers[0].weights.kernel;
  if (!(token >= 0 && token < lookup.shape[0])) throw rowError('tokenGenerator', token, lookup.shape[0]);
  let x = tf.slice(lookup, [token, 0], [1, lookup.shape[1]]).expandDims<tf.Tensor3D>(1);
  let at = 0;
  const after: tf.Tensor2D[] = [];
  layers.forEach(({ cell, weights }, k) => {
    const count = cells[cell].states;
    // A one-hot vector times a kernel is a row of it: without a table, x is projected already.
    const used = k === 0 && !table ? { ...weights, kernel: undefined } : weights;
    const result = recurrent(cell, x, used, state.slice(at, at + count));
    after.push(...result.state);
    at += count;
    x = result.output.expandDims<tf.Tensor3D>(1);
  });
  const product = times(x, dense).reshape([dense.shape[1]]);
  return [denseBias ? product.add(denseBias) : product, ...after];
}
