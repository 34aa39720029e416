/**
 * cuDNN's networks in plain numbers, in the place of the operations `CudnnRNNV3` and `CudnnRNNBackpropV3`: what the cudnn tier hands to a card
 * and makes of its answers is tested where there is none. Weights as cuDNN lays them out: for each gate a matrix `[units, features]`, then
 * `[units, units]` each, then a bias of the input and one of the recurrence each; gates of a GRU in cuDNN's order: reset, update, new.
 */
import type { Binding, EncodedAttribute, NativeBackend } from '../../lib/backend/native';

interface Reading extends Binding {
  tensorDataSync(id: number): ArrayLike<number>;
}

/** What a step makes of the input's and the recurrence's part of every gate, and of the state before it. */
interface Formula {
  gates: number;
  step(p: number[], q: number[], h: number, c: number): { h: number; c: number };
  /** From the gradients of the new h and c to those of p and q, of h where it is read directly, and of c. */
  back(
    p: number[],
    q: number[],
    h: number,
    c: number,
    dh: number,
    dc: number,
  ): { p: number[]; q: number[]; h: number; c: number };
}

const sigmoid = (v: number) => 1 / (1 + Math.exp(-v));
const add = (p: number[], q: number[]) => p.map((value, gate) => value + q[gate]);

function elman(activation: (v: number) => number, slope: (output: number) => number): Formula {
  return {
    gates: 1,
    step: (p, q) => ({ h: activation(p[0] + q[0]), c: 0 }),
    back(p, q, _h, _c, dh) {
      const d = [dh * slope(activation(p[0] + q[0]))];
      return { p: d, q: d, h: 0, c: 0 };
    },
  };
}

const formulas: Record<string, Formula> = {
  rnn_tanh: elman(Math.tanh, (y) => 1 - y ** 2),
  rnn_relu: elman(
    (v) => Math.max(0, v),
    (y) => (y > 0 ? 1 : 0),
  ),
  lstm: {
    gates: 4,
    step(p, q, _h, before) {
      const [i, f, g, o] = add(p, q).map((sum, gate) => (gate === 2 ? Math.tanh(sum) : sigmoid(sum)));
      const c = f * before + i * g;
      return { h: o * Math.tanh(c), c };
    },
    back(p, q, _h, before, dh, flowing) {
      const [i, f, g, o] = add(p, q).map((sum, gate) => (gate === 2 ? Math.tanh(sum) : sigmoid(sum)));
      const squashed = Math.tanh(f * before + i * g);
      const dc = flowing + dh * o * (1 - squashed ** 2);
      const d = [dc * g * i * (1 - i), dc * before * f * (1 - f), dc * i * (1 - g ** 2), dh * squashed * o * (1 - o)];
      return { p: d, q: d, h: 0, c: dc * f };
    },
  },
  gru: {
    gates: 3,
    step(p, q, before) {
      const [r, z] = add(p, q).map(sigmoid);
      const n = Math.tanh(p[2] + r * q[2]);
      return { h: (1 - z) * n + z * before, c: 0 };
    },
    back(p, q, before, _c, dh) {
      const [r, z] = add(p, q).map(sigmoid);
      const n = Math.tanh(p[2] + r * q[2]);
      const dn = dh * (1 - z) * (1 - n ** 2);
      const dr = dn * q[2] * r * (1 - r);
      const dz = dh * (before - n) * z * (1 - z);
      return { p: [dr, dz, dn], q: [dr, dz, dn * r], h: dh * z, c: 0 };
    },
  },
};

/** One call's sizes and numbers. */
interface Call {
  formula: Formula;
  time: number;
  batch: number;
  features: number;
  units: number;
  x: ArrayLike<number>;
  h: ArrayLike<number>;
  c: ArrayLike<number>;
  weights: ArrayLike<number>;
  lengths: ArrayLike<number>;
}

/** The states before every step, and after the last. */
interface States {
  h: number[];
  c: number[];
}

/** The stand-in at work. */
export interface FakeCudnn {
  /** How often each of the two operations was called. */
  forward: number;
  backward: number;
  /** The seed that the last forward call was given. */
  seed: unknown;
  remove(): void;
}

/** Lets `backend` pass for one with a card. */
export function installFakeCudnn(backend: NativeBackend): FakeCudnn {
  const binding = backend.binding as Reading;
  const { isUsingGpuDevice } = backend;
  const remove = () => void Object.assign(backend, { binding, isUsingGpuDevice });
  const calls: FakeCudnn = { forward: 0, backward: 0, seed: undefined, remove };
  const read = (id: number) => binding.tensorDataSync(id);
  const write = (values: ArrayLike<number>, ...shape: number[]) => {
    const id = binding.createTensor(shape, binding.TF_FLOAT, Float32Array.from(values));
    return { id, shape, dtype: binding.TF_FLOAT };
  };
  const executeOp: Binding['executeOp'] = (name, attributes, inputs, outputs) => {
    if (!name.startsWith('CudnnRNN') || outputs === 0) return binding.executeOp(name, attributes, inputs, outputs);
    const call = callOf(attributes, inputs.slice(0, 5).map(read));
    const { time, batch, features, units, formula } = call;
    const ofCell = (values: ArrayLike<number>) => (formula.gates === 4 ? write(values, 1, batch, units) : write([0]));
    const { outputs: sequence, states } = run(call);
    const last = states[time];
    if (name === 'CudnnRNNV3') {
      calls.forward++;
      calls.seed = attributes.find((attribute) => attribute.name === 'seed')!.value;
      const whole = write(sequence.flat(), time, batch, units);
      return [whole, write(last.h, 1, batch, units), ofCell(last.c), write([0], 1), write([0], 1)];
    }
    calls.backward++;
    const [dSteps, dH, dC] = inputs.slice(8, 11).map(read);
    const found = backward(call, states, dSteps, dH, dC);
    return [
      write(found.x, time, batch, features),
      write(found.h, 1, batch, units),
      ofCell(found.c),
      write(found.weights, found.weights.length),
    ];
  };
  backend.binding = Object.create(binding, { executeOp: { value: executeOp } }) as Binding;
  backend.isUsingGpuDevice = true;
  return calls;
}

/** The sizes follow from those of the tensors, which the binding knows by their handles alone. */
function callOf(attributes: EncodedAttribute[], [x, h, c, weights, lengths]: ArrayLike<number>[]): Call {
  const formula = formulas[attributes.find(({ name }) => name === 'rnn_mode')!.value as string];
  const batch = lengths.length;
  const units = h.length / batch;
  const features = weights.length / (formula.gates * units) - units - 2;
  return { formula, time: x.length / (batch * features), batch, features, units, x, h, c, weights, lengths };
}

/** Where a gate's numbers lie in the vector of weights. */
function placesOf({ formula, features, units }: Call, gate: number, unit: number) {
  const row = gate * units + unit;
  const recurrent = formula.gates * units * features;
  const biases = recurrent + formula.gates * units * units;
  return {
    input: row * features,
    recurrent: recurrent + row * units,
    biases: [biases + row, biases + formula.gates * units + row],
  };
}

/** The input's and the recurrence's part of every gate of one unit. */
function partsOf(call: Call, { h }: States, t: number, b: number, u: number) {
  const { formula, batch, features, units, x, weights } = call;
  const p: number[] = [];
  const q: number[] = [];
  for (let gate = 0; gate < formula.gates; gate++) {
    const { input, recurrent, biases } = placesOf(call, gate, u);
    p[gate] = weights[biases[0]];
    q[gate] = weights[biases[1]];
    for (let k = 0; k < features; k++) p[gate] += weights[input + k] * x[(t * batch + b) * features + k];
    for (let k = 0; k < units; k++) q[gate] += weights[recurrent + k] * h[b * units + k];
  }
  return { p, q };
}

function run(call: Call): { outputs: number[][]; states: States[] } {
  const { formula, time, batch, units, lengths } = call;
  const cells = (values: ArrayLike<number>) => Array.from({ length: batch * units }, (_, k) => values[k] ?? 0);
  const states: States[] = [{ h: cells(call.h), c: cells(call.c) }];
  const outputs: number[][] = [];
  for (let t = 0; t < time; t++) {
    const before = states[t];
    const after: States = { h: [...before.h], c: [...before.c] };
    const output = new Array<number>(batch * units).fill(0);
    for (let b = 0; b < batch; b++) {
      if (t >= lengths[b]) continue;
      for (let u = 0; u < units; u++) {
        const at = b * units + u;
        const { p, q } = partsOf(call, before, t, b, u);
        const { h, c } = formula.step(p, q, before.h[at], before.c[at]);
        [after.h[at], after.c[at], output[at]] = [h, c, h];
      }
    }
    states.push(after);
    outputs.push(output);
  }
  return { outputs, states };
}

function backward(call: Call, states: States[], ...flowing: ArrayLike<number>[]) {
  const { formula, time, batch, features, units, x, weights, lengths } = call;
  const zeros = (length: number) => new Float64Array(length);
  const found = {
    x: zeros(x.length),
    weights: zeros(weights.length),
    h: Float64Array.from(flowing[1]),
    c: Float64Array.from({ length: batch * units }, (_, k) => flowing[2][k] ?? 0),
  };
  for (let t = time - 1; t >= 0; t--) {
    const before = states[t];
    const earlier = { h: zeros(batch * units), c: zeros(batch * units) };
    for (let b = 0; b < batch; b++) {
      for (let u = 0; u < units; u++) {
        const at = b * units + u;
        if (t >= lengths[b]) {
          earlier.h[at] += found.h[at];
          earlier.c[at] += found.c[at];
          continue;
        }
        const { p, q } = partsOf(call, before, t, b, u);
        const dh = found.h[at] + flowing[0][t * batch * units + at];
        const slopes = formula.back(p, q, before.h[at], before.c[at], dh, found.c[at]);
        earlier.h[at] += slopes.h;
        earlier.c[at] += slopes.c;
        for (let gate = 0; gate < formula.gates; gate++) {
          const { input, recurrent, biases } = placesOf(call, gate, u);
          for (let k = 0; k < features; k++) {
            found.x[(t * batch + b) * features + k] += slopes.p[gate] * weights[input + k];
            found.weights[input + k] += slopes.p[gate] * x[(t * batch + b) * features + k];
          }
          for (let k = 0; k < units; k++) {
            earlier.h[b * units + k] += slopes.q[gate] * weights[recurrent + k];
            found.weights[recurrent + k] += slopes.q[gate] * before.h[b * units + k];
          }
          found.weights[biases[0]] += slopes.p[gate];
          found.weights[biases[1]] += slopes.q[gate];
        }
      }
    }
    Object.assign(found, earlier);
  }
  return found;
}
