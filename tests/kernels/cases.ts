/** Random recurrent calls, and the comparison of a tier with the oracle: values, and gradients along random directions. */
import fc from 'fast-check';
import assert from 'node:assert/strict';
import { tf } from '../../lib/backend';
import { gru, lstm, simpleRNN, type RecurrentResult, type SequenceOptions } from '../../lib/kernels';
import { oracle, type OracleCell, type OracleInput, type OracleOutput } from './oracle';

export interface Case {
  cell: OracleCell;
  batch: number;
  time: number;
  features: number;
  units: number;
  mask: 'none' | 'left' | 'right' | 'holes' | 'nothing' | 'everything';
  reverse: boolean;
  returnSequences: boolean;
  recurrentMask: 'none' | 'shared' | 'gates';
  zeroOutputForMask: boolean;
  bias: boolean;
  projected: boolean;
  state: boolean;
  seed: number;
}

export const cellNames: OracleCell[] = ['lstm', 'gru', 'gruResetAfter', 'rnnTanh', 'rnnRelu'];
export const gatesOf = { lstm: 4, gru: 3, gruResetAfter: 3, rnnTanh: 1, rnnRelu: 1 } as const;

/** Arbitrary calls of one cell; odd sizes, 0 and 1 steps and every kind of mask among them. */
export const anyCase = (cell: OracleCell): fc.Arbitrary<Case> =>
  fc.record({
    cell: fc.constant(cell),
    batch: fc.constantFrom(1, 2, 3, 5, 9),
    time: fc.constantFrom(0, 1, 2, 3, 4, 7),
    features: fc.constantFrom(1, 2, 3, 5, 17),
    units: fc.constantFrom(1, 2, 3, 7, 8, 9, 16, 19),
    mask: fc.constantFrom('none', 'left', 'right', 'holes', 'nothing', 'everything'),
    reverse: fc.boolean(),
    returnSequences: fc.boolean(),
    recurrentMask: fc.constantFrom('none', 'none', 'shared', 'gates'),
    zeroOutputForMask: fc.boolean(),
    bias: fc.boolean(),
    projected: fc.boolean(),
    state: fc.boolean(),
    seed: fc.nat(1e6),
  });

/** Numbers in [-1, 1), the same for the same seed (mulberry32). */
function numbers(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.fround((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * 2 - 1);
  };
}

type Leaves = Record<string, { shape: number[]; values: number[] }>;

/** The tensors of a case, as flat numbers; `directions` are drawn from the same stream. */
function leavesOf(c: Case): { leaves: Leaves; next: () => number; mask?: boolean[][]; recurrentMask?: number[][] } {
  const next = numbers(c.seed * 31 + c.batch * 7 + c.units);
  const gates = gatesOf[c.cell];
  const columns = gates * c.units;
  const leaf = (...shape: number[]) => ({
    shape,
    values: Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => next()),
  });
  const leaves: Leaves = { x: leaf(c.batch, c.time, c.projected ? columns : c.features) };
  if (!c.projected) leaves.kernel = leaf(c.features, columns);
  leaves.recurrentKernel = leaf(c.units, columns);
  if (c.bias) leaves.bias = c.cell === 'gruResetAfter' ? leaf(2, columns) : leaf(columns);
  if (c.state) {
    leaves.h = leaf(c.batch, c.units);
    if (c.cell === 'lstm') leaves.c = leaf(c.batch, c.units);
  }
  let mask: boolean[][] | undefined;
  if (c.mask !== 'none') {
    mask = Array.from({ length: c.batch }, () => {
      const length = Math.floor(((next() + 1) / 2) * (c.time + 1));
      return Array.from({ length: c.time }, (_, t) => {
        if (c.mask === 'left') return t >= c.time - length;
        if (c.mask === 'right') return t < length;
        if (c.mask === 'holes') return next() > 0;
        return c.mask === 'everything';
      });
    });
  }
  const width = c.recurrentMask === 'gates' ? columns : c.units;
  const recurrentMask =
    c.recurrentMask === 'none'
      ? undefined
      : Array.from({ length: c.batch }, () => Array.from({ length: width }, () => (next() > -0.4 ? 1.25 : 0)));
  return { leaves, next, mask, recurrentMask };
}

const rows = (values: number[], width: number): number[][] =>
  Array.from({ length: width === 0 ? 0 : values.length / width }, (_, k) => values.slice(k * width, (k + 1) * width));

function runOracle(c: Case, leaves: Leaves, mask?: boolean[][], recurrentMask?: number[][]): OracleOutput {
  const columns = gatesOf[c.cell] * c.units;
  const width = leaves.x.shape[2];
  const zeros = () => Array.from({ length: c.batch }, () => Array<number>(c.units).fill(0));
  const state = (leaf?: Leaves[string]) => (leaf ? rows(leaf.values, c.units) : zeros());
  const bias = leaves.bias && rows(leaves.bias.values, columns);
  const steps = rows(leaves.x.values, width);
  const input: OracleInput = {
    cell: c.cell,
    x: Array.from({ length: c.batch }, (_, b) => steps.slice(b * c.time, (b + 1) * c.time)),
    kernel: leaves.kernel && rows(leaves.kernel.values, columns),
    recurrentKernel: rows(leaves.recurrentKernel.values, columns),
    inputBias: bias?.[0],
    recurrentBias: bias?.[1],
    state: c.cell === 'lstm' ? [state(leaves.h), state(leaves.c)] : [state(leaves.h)],
    mask,
    recurrentMask,
    reverse: c.reverse,
    zeroOutputForMask: c.zeroOutputForMask,
  };
  return oracle(input);
}

type Named = Record<string, tf.Tensor>;

/** Calls the kernel under test with a case's tensors. */
export function runKernel(
  c: Case,
  t: Named,
  mask?: boolean[][],
  recurrentMask?: number[][],
): RecurrentResult<tf.Tensor2D[]> {
  const options: SequenceOptions = {
    mask: mask && (tf.tensor2d(mask.flat().map(Number), [c.batch, c.time], 'bool') as tf.Tensor2D),
    recurrentMask: recurrentMask && tf.tensor2d(recurrentMask),
    reverse: c.reverse,
    returnSequences: c.returnSequences,
    zeroOutputForMask: c.zeroOutputForMask,
  };
  const weights = {
    kernel: t.kernel as tf.Tensor2D | undefined,
    recurrentKernel: t.recurrentKernel as tf.Tensor2D,
    bias: t.bias,
  };
  const x = t.x as tf.Tensor3D;
  const h = t.h as tf.Tensor2D;
  if (c.cell === 'lstm') return lstm(x, weights, t.h && [h, t.c as tf.Tensor2D], options);
  if (c.cell === 'gru' || c.cell === 'gruResetAfter') {
    return gru(x, weights, t.h && [h], { ...options, resetAfter: c.cell === 'gruResetAfter' });
  }
  return simpleRNN(x, weights, t.h && [h], { ...options, activation: c.cell === 'rnnRelu' ? 'relu' : 'tanh' });
}

function close(actual: ArrayLike<number>, expected: number[], what: string, relative: number): void {
  assert.equal(actual.length, expected.length, `${what}: size`);
  const scale = Math.max(1, ...expected.map(Math.abs));
  expected.forEach((value, k) => {
    const error = Math.abs(actual[k] - value);
    assert.ok(error <= relative * scale, `${what}[${k}]: ${actual[k]}, expected ${value}`);
  });
}

/** Compares values and gradients of a case with the oracle; throws an AssertionError when they differ. */
export function checkCase(c: Case): void {
  const { leaves, next, mask, recurrentMask } = leavesOf(c);
  const expected = runOracle(c, leaves, mask, recurrentMask);
  const random = (length: number) => Array.from({ length }, () => next());
  const flat = (o: OracleOutput) => ({
    ...(c.returnSequences ? { sequence: o.sequence.flat(2) } : {}),
    output: o.output.flat(),
    ...Object.fromEntries(o.state.map((s, k) => [`state${k}`, s.flat()])),
  });
  const weights = Object.fromEntries(Object.entries(flat(expected)).map(([k, v]) => [k, random(v.length)]));
  const loss = (o: OracleOutput) =>
    Object.entries(flat(o)).reduce((sum, [k, v]) => sum + v.reduce((s, e, i) => s + e * weights[k][i], 0), 0);

  tf.tidy(() => {
    const names = Object.keys(leaves);
    const tensors = names.map((name) => tf.tensor(leaves[name].values, leaves[name].shape, 'float32'));
    const named = (ts: tf.Tensor[]): Named => Object.fromEntries(names.map((name, k) => [name, ts[k]]));
    const outputs = (ts: tf.Tensor[]): Named => {
      const result = runKernel(c, named(ts), mask, recurrentMask);
      return {
        ...(c.returnSequences ? { sequence: result.sequence! } : {}),
        output: result.output,
        ...Object.fromEntries(result.state.map((s, k) => [`state${k}`, s])),
      };
    };
    const actual = outputs(tensors);
    assert.equal(!!actual.sequence, c.returnSequences);
    if (actual.sequence) assert.deepEqual(actual.sequence.shape, [c.batch, c.time, c.units]);
    Object.entries(flat(expected)).forEach(([k, v]) => close(actual[k].dataSync(), v, k, 2e-5));

    const gradients = tf.grads((...ts: tf.Tensor[]) => {
      const terms = Object.entries(outputs(ts)).map(([k, v]) => v.mul(tf.tensor(weights[k], v.shape, 'float32')).sum());
      return tf.addN(terms).add(tf.addN(ts.map((t) => t.sum().mul(0)))) as tf.Scalar;
    })(tensors);
    names.forEach((name, k) => {
      const direction = random(leaves[name].values.length);
      const step = 1e-5;
      const shifted = (sign: number): Leaves => ({
        ...leaves,
        [name]: { ...leaves[name], values: leaves[name].values.map((v, i) => v + sign * step * direction[i]) },
      });
      const at = (sign: number) => loss(runOracle(c, shifted(sign), mask, recurrentMask));
      const slope = (at(1) - at(-1)) / (2 * step);
      const values = gradients[k].dataSync();
      assert.deepEqual(gradients[k].shape, leaves[name].shape);
      const along = direction.reduce((sum, d, i) => sum + d * values[i], 0);
      const scale = Math.max(1, ...Array.from(values, Math.abs)) * Math.sqrt(Math.max(1, values.length));
      assert.ok(Math.abs(along - slope) <= 3e-5 * scale, `gradient of ${name}: ${along}, expected ${slope}`);
    });
  });
}

/** A case's outputs and gradients, as the kernel under test gives them: numbers by name. Weights are small enough for long sequences. */
export function computeCase(c: Case): Record<string, Float32Array> {
  const { leaves, mask, recurrentMask } = leavesOf(c);
  const names = Object.keys(leaves);
  const numbersOf = (named: Named) =>
    Object.fromEntries(Object.entries(named).map(([name, tensor]) => [name, tensor.dataSync() as Float32Array]));
  return tf.tidy(() => {
    const tensors = names.map((name) => {
      const { shape, values } = leaves[name];
      return tf.tensor(values, shape, 'float32').div(/kernel/i.test(name) ? Math.sqrt(shape[0]) : 1);
    });
    const run = (ts: tf.Tensor[]): Named => {
      const named = Object.fromEntries(names.map((name, k) => [name, ts[k]]));
      const { sequence, output, state } = runKernel(c, named, mask, recurrentMask);
      const states = Object.fromEntries(state.map((each, k) => [`state${k}`, each]));
      return { ...(c.returnSequences ? { sequence: sequence! } : {}), output, ...states };
    };
    const gradients = tf.grads((...ts: tf.Tensor[]) =>
      tf.addN(Object.values(run(ts)).map((tensor, k) => tensor.mul(tensor.mul(3 + k).cos()).sum())),
    )(tensors);
    const named = Object.fromEntries(gradients.map((gradient, k) => [`gradient of ${names[k]}`, gradient]));
    return { ...numbersOf(run(tensors)), ...numbersOf(named) };
  });
}
