/** Compares a layer with a fixture of Keras: its outputs, and its gradients of sum(output * upstream). */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { tf } from '../../lib/backend';
import * as layers from '../../lib/layers';

export interface FixtureArray {
  shape: number[];
  values: number[];
}

export interface Case {
  name: string;
  class: string;
  args: Record<string, unknown>;
  weights: FixtureArray[];
  input: FixtureArray;
  mask: number[][] | null;
  initialState: FixtureArray[];
  dropoutMasks: { input?: FixtureArray[]; recurrent?: FixtureArray[] };
  upstream: FixtureArray[];
  outputs: FixtureArray[];
  /** Of the weights, the input, the initial states. */
  gradients: FixtureArray[];
}

export function fixtures<T = Case>(name: string): T[] {
  return JSON.parse(readFileSync(path.join(__dirname, 'fixtures', name), 'utf8'));
}

export function tensor({ values, shape }: FixtureArray): tf.Tensor {
  return tf.tensor(values, shape, 'float32');
}

/**
 * Every element within 1e-5 of the fixture's, relative to the largest element of the tensor, or to `floor` where all are smaller:
 * they are then differences of larger numbers, of which float32 keeps 1e-7.
 */
export function assertClose(actual: tf.Tensor, expected: FixtureArray, what: string, floor = 0.1): void {
  assert.deepEqual(actual.shape, expected.shape, `${what}: shape`);
  const scale = Math.max(...expected.values.map(Math.abs), floor);
  const values = actual.dataSync();
  expected.values.forEach((value, k) => {
    const error = Math.abs(values[k] - value) / scale;
    assert.ok(error <= 1e-5, `${what}, element ${k}: ${values[k]}, Keras gives ${value} (relative error ${error})`);
  });
}

type Described = Record<string, unknown> & { class: string };

/** The layer of a case. */
export function makeLayer(kind: string, args: Record<string, unknown>): tf.layers.Layer {
  const factories = layers as unknown as Record<string, (args: object) => tf.layers.Layer>;
  const initials = /^(LSTM|GRU|[A-Z])/.exec(kind)?.[0] ?? '';
  const factory = factories[initials.toLowerCase() + kind.slice(initials.length)];
  const inner = (described: Described) => {
    const { class: name, ...rest } = described;
    return makeLayer(name, rest);
  };
  if (args.cell) return layers.rnn({ ...args, cell: (args.cell as Described[]).map(inner) as never });
  if (args.layer) {
    const wrapped = ['layer', 'backwardLayer'].filter((name) => args[name]);
    return factory({ ...args, ...Object.fromEntries(wrapped.map((name) => [name, inner(args[name] as Described)])) });
  }
  return factory(args);
}

/** Runs a case and compares everything. */
export function assertParity(one: Case): void {
  const before = tf.memory().numTensors;
  const layer = makeLayer(one.class, one.args);
  const [input, states] = [tensor(one.input), one.initialState.map(tensor)];
  const mask = one.mask ? tf.tensor2d(one.mask, undefined, 'bool') : undefined;
  layer.build(input.shape);
  const weights = one.weights.map(tensor);
  layer.setWeights(weights);
  const masks = fixDropout(layer, one);
  const upstream = one.upstream.map(tensor);
  const variables = layer.weights.map((weight) => weight.read());
  const outputs: tf.Tensor[] = [];

  const loss = (x: tf.Tensor, ...initialState: tf.Tensor[]) => {
    const kwargs = { mask, training: masks.length > 0, ...(initialState.length ? { initialState } : {}) };
    const result = layer.apply(x, kwargs) as tf.Tensor | tf.Tensor[];
    const list = Array.isArray(result) ? result : [result];
    outputs.push(...list);
    return tf.addN(list.map((output, k) => output.mul(upstream[k]).sum()));
  };
  const gradients = gradientsOf(loss, variables, [input, ...states], () => {
    assert.equal(outputs.length, one.outputs.length, 'number of outputs');
    outputs.forEach((output, k) => assertClose(output, one.outputs[k], `output ${k}`));
  });

  gradients.forEach((gradient, k) => assertClose(gradient, one.gradients[k], `gradient ${k}`));
  layer.weights.forEach((weight) => weight.dispose());
  tf.dispose([input, states, mask, weights, masks, upstream, gradients] as tf.TensorContainer);
  assert.equal(tf.memory().numTensors, before, 'tensors left over');
}

/** Gradients of `loss` with respect to variables, then inputs; `inspect` runs while the outputs of `loss` still live. */
export function gradientsOf(
  loss: (...inputs: tf.Tensor[]) => tf.Tensor,
  variables: tf.Tensor[],
  inputs: tf.Tensor[],
  inspect?: () => void,
): tf.Tensor[] {
  const sources = inputs.map((input) => tf.variable(input));
  const all = [...(variables as tf.Variable[]), ...sources];
  const { value, grads } = tf.variableGrads(() => {
    const result = loss(...sources) as tf.Scalar;
    inspect?.();
    return result;
  }, all);
  value.dispose();
  const result = all.map((variable) => grads[variable.name] ?? tf.zerosLike(variable));
  sources.forEach((source) => source.dispose());
  return result;
}

/** Makes the cell draw the fixture's masks of dropout. */
function fixDropout(layer: tf.layers.Layer, one: Case): tf.Tensor[] {
  const input = one.dropoutMasks?.input?.map(tensor);
  const recurrent = one.dropoutMasks?.recurrent?.map(tensor);
  if (!input && !recurrent) return [];
  const { cell } = layer as unknown as { cell: { drawDropoutMasks: () => object } };
  cell.drawDropoutMasks = () => ({ input, recurrent });
  return [...(input ?? []), ...(recurrent ?? [])];
}
