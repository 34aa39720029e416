/**
 * cuDNN's LSTM in plain numbers, in the place of the operations `CudnnRNNV3` and `CudnnRNNBackpropV3`: what the cudnn tier hands to a card and
 * makes of its answers is tested where there is none. Weights as cuDNN lays them out: for the gates i, f, c, o a matrix `[units, features]`
 * each, then `[units, units]` each, then a bias of the input and one of the recurrence each.
 */
import type { Binding, NativeBackend } from '../../lib/backend/native';

interface Reading extends Binding {
  tensorDataSync(id: number): ArrayLike<number>;
}

/** One call's sizes and numbers. */
interface Call {
  time: number;
  batch: number;
  features: number;
  units: number;
  x: ArrayLike<number>;
  h: ArrayLike<number>;
  c: ArrayLike<number>;
  weights: ArrayLike<number>;
}

/** Where a gate's numbers lie in the vector of weights. */
interface Places {
  input: number;
  recurrent: number;
  biases: number[];
}

interface Step {
  gates: number[][];
  c: number[];
  h: number[];
}

/** Lets `backend` pass for one with a card; the count of both operations' calls. */
export function installFakeCudnn(backend: NativeBackend): { forward: number; backward: number } {
  const binding = backend.binding as Reading;
  const calls = { forward: 0, backward: 0 };
  const read = (id: number) => binding.tensorDataSync(id);
  const write = (values: ArrayLike<number>, ...shape: number[]) => {
    const id = binding.createTensor(shape, binding.TF_FLOAT, Float32Array.from(values));
    return { id, shape, dtype: binding.TF_FLOAT };
  };
  const executeOp: Binding['executeOp'] = (name, attributes, inputs, outputs) => {
    if (!name.startsWith('CudnnRNN') || outputs === 0) return binding.executeOp(name, attributes, inputs, outputs);
    const call = callOf(inputs.slice(0, 5).map(read));
    const { time, batch, features, units } = call;
    const steps = run(call);
    const last = steps[time - 1];
    if (name === 'CudnnRNNV3') {
      calls.forward++;
      const sequence = write(
        steps.flatMap(({ h }) => h),
        ...[time, batch, units],
      );
      const state = [last.h, last.c].map((values) => write(values, 1, batch, units));
      return [sequence, ...state, write([0], 1), write([0], 1)];
    }
    calls.backward++;
    const [dSteps, dH, dC] = inputs.slice(8, 11).map(read);
    const found = backward(call, steps, dSteps, dH, dC);
    return [
      write(found.x, time, batch, features),
      write(found.h, 1, batch, units),
      write(found.c, 1, batch, units),
      write(found.weights, found.weights.length),
    ];
  };
  backend.binding = Object.create(binding, { executeOp: { value: executeOp } }) as Binding;
  backend.isUsingGpuDevice = true;
  return calls;
}

/** The sizes follow from those of the tensors, which the binding knows by their handles alone. */
function callOf([x, h, c, weights, lengths]: ArrayLike<number>[]): Call {
  const batch = lengths.length;
  const units = h.length / batch;
  const features = weights.length / (4 * units) - units - 2;
  return { time: x.length / (batch * features), batch, features, units, x, h, c, weights };
}

function placesOf({ features, units }: Call, gate: number, unit: number): Places {
  const row = gate * units + unit;
  const recurrent = 4 * units * features;
  const biases = recurrent + 4 * units * units;
  return {
    input: row * features,
    recurrent: recurrent + row * units,
    biases: [biases + row, biases + 4 * units + row],
  };
}

const sigmoid = (v: number) => 1 / (1 + Math.exp(-v));

function run(call: Call): Step[] {
  const { time, batch, features, units, x, weights } = call;
  const steps: Step[] = [];
  for (let t = 0; t < time; t++) {
    const before = steps.at(-1) ?? call;
    const step: Step = { gates: [], c: [], h: [] };
    for (let b = 0; b < batch; b++) {
      for (let u = 0; u < units; u++) {
        const [i, f, g, o] = [0, 1, 2, 3].map((gate) => {
          const { input, recurrent, biases } = placesOf(call, gate, u);
          let sum = weights[biases[0]] + weights[biases[1]];
          for (let k = 0; k < features; k++) sum += weights[input + k] * x[(t * batch + b) * features + k];
          for (let k = 0; k < units; k++) sum += weights[recurrent + k] * before.h[b * units + k];
          return gate === 2 ? Math.tanh(sum) : sigmoid(sum);
        });
        const c = f * before.c[b * units + u] + i * g;
        step.gates.push([i, f, g, o]);
        step.c.push(c);
        step.h.push(o * Math.tanh(c));
      }
    }
    steps.push(step);
  }
  return steps;
}

function backward(call: Call, steps: Step[], ...flowing: ArrayLike<number>[]) {
  const { time, batch, features, units, x, weights } = call;
  const zeros = (length: number) => new Float64Array(length);
  const found = {
    x: zeros(x.length),
    weights: zeros(weights.length),
    h: Float64Array.from(flowing[1]),
    c: Float64Array.from(flowing[2]),
  };
  for (let t = time - 1; t >= 0; t--) {
    const before = steps[t - 1] ?? call;
    const earlier = { h: zeros(batch * units), c: zeros(batch * units) };
    for (let b = 0; b < batch; b++) {
      for (let u = 0; u < units; u++) {
        const at = b * units + u;
        const [i, f, g, o] = steps[t].gates[at];
        const squashed = Math.tanh(steps[t].c[at]);
        const dh = found.h[at] + flowing[0][t * batch * units + at];
        const dc = found.c[at] + dh * o * (1 - squashed ** 2);
        earlier.c[at] = dc * f;
        const slopes = [
          dc * g * i * (1 - i),
          dc * before.c[at] * f * (1 - f),
          dc * i * (1 - g ** 2),
          dh * squashed * o * (1 - o),
        ];
        slopes.forEach((slope, gate) => {
          const { input, recurrent, biases } = placesOf(call, gate, u);
          for (let k = 0; k < features; k++) {
            found.x[(t * batch + b) * features + k] += slope * weights[input + k];
            found.weights[input + k] += slope * x[(t * batch + b) * features + k];
          }
          for (let k = 0; k < units; k++) {
            earlier.h[b * units + k] += slope * weights[recurrent + k];
            found.weights[recurrent + k] += slope * before.h[b * units + k];
          }
          for (const place of biases) found.weights[place] += slope;
        });
      }
    }
    Object.assign(found, earlier);
  }
  return found;
}
