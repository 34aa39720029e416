/** A whole stretch as one call of our own in WebAssembly (lib/wasm/generation.cc). */
import { tf, wasmKernels } from '../../backend';
import { rowError } from '../embedding/row-error';
import { cells } from '../recurrent/cells';
import type { FusedCell } from '../recurrent/fused';
import { cellNumbers } from '../recurrent/wasm';
import type { Stretch, TokenNetwork, Written } from './network';

/** What lib/native/sampling.h says where the largest logit is not finite. */
const notFinite = -(2 ** 31);

export function generateInWasm(network: TokenNetwork, stretch: Stretch): Written {
  const kernels = wasmKernels()!;
  const { table, layers, dense, denseBias } = network;
  const { tokens, uniforms, settings, state } = stretch;
  const lookup = table ?? layers[0].weights.kernel;
  const [known, features] = table ? lookup.shape : [lookup.shape[0], lookup.shape[0]];
  const [units, writable] = dense.shape;
  check(stretch, known, writable);
  const given = [tf.tensor1d(Int32Array.from(tokens), 'int32'), tf.tensor1d(uniforms)];
  const [written, logits] = [kernels.output([uniforms.length], 'int32'), kernels.output([writable])];
  const after = state.map(({ shape }) => kernels.output(shape) as tf.Tensor2D);
  const address = (tensor: tf.TensorInfo | null | undefined) => kernels.address(tensor);
  let at = 0;
  let width = features;
  const layerFields = layers.flatMap(({ cell, weights: { kernel, recurrentKernel, bias } }) => {
    const [first, second] = cells[cell].states > 1 ? [at, at + 1] : [at, -1];
    at += cells[cell].states;
    const biases = [address(bias), bias?.rank === 2 ? address(bias) + 4 * bias.shape[1]! : 0];
    const sizes = [width, recurrentKernel.shape[0]];
    width = recurrentKernel.shape[0];
    const states = [state[first], state[second], after[first], after[second]].map(address);
    return [cellNumbers[cell as FusedCell], address(kernel), address(recurrentKernel), ...biases, ...sizes, ...states];
  });
  const networkFields = [layers.length, ...[table, dense, denseBias].map(address), features, units, writable];
  const stretchFields = [address(given[0]), tokens.length, address(given[1]), uniforms.length];
  const fields = [...networkFields, ...stretchFields];
  const call = kernels.struct([...fields, ...layerFields]);
  const { temperature, topK, topP } = settings;
  const drawing = [temperature, topK, topP, address(written), address(logits)];
  try {
    const failure = kernels.run('generate', call, call + 4 * fields.length, ...drawing);
    if (failure < 0) throw diverged(failure);
    const result = { tokens: written.dataSync() as Int32Array, logits: logits.dataSync() as Float32Array };
    return { ...result, state: after };
  } catch (error) {
    tf.dispose(after);
    throw error;
  } finally {
    tf.dispose([...given, written, logits]);
  }
}

function check({ tokens, uniforms }: Stretch, known: number, writable: number): void {
  const wrong = Array.from(tokens).find((token) => !(token >= 0 && token < known));
  if (wrong !== undefined) throw rowError('tokenGenerator', wrong, known);
  if (uniforms.length > 1 && writable > known)
    throw new RangeError(`tokenGenerator: it writes ${writable} tokens and can read ${known} of them.`);
}

function diverged(failure: number): RangeError {
  if (failure === notFinite) return new RangeError('The largest logit is not finite; the model has diverged.');
  return new RangeError(`Logit ${-1 - failure} is NaN; the model has diverged, or its output is not logits.`);
}
