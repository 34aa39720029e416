import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { computesOnCard, nativeBackend, onDevice, tf } from '../../lib/backend';
import { adamState, type AdamState, type GradientClip } from '../../lib/kernels/adam';
import { embedding } from '../../lib/kernels/embedding';
import { installFakeCudnn } from './fake-cudnn';
import fixture from './fixtures/adam.json';

const backend = nativeBackend();

interface Settings {
  rate?: number;
  beta1?: number;
  beta2?: number;
  epsilon?: number;
  weightDecay?: number;
  clip?: GradientClip;
}

/** Keras' numbers of step t. */
function numbersOf(t: number, { rate = 0.01, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7, weightDecay = 0 }: Settings) {
  const power = (beta: number) => Math.fround(Math.fround(beta) ** t);
  const alpha = (rate * Math.sqrt(1 - power(beta2))) / (1 - power(beta1));
  return { alpha, rootScale: 1, epsilon, beta1, beta2, decay: rate * weightDecay, squares: 'lookups' as const };
}

const settings: Record<keyof typeof fixture.cases, Settings> = {
  adam: {},
  rates: { beta1: 0.8, beta2: 0.95, epsilon: 1e-3 },
  value: { clip: { value: 0.05 } },
  norm: { clip: { norm: 0.1 } },
  globalNorm: { clip: { globalNorm: 0.2 } },
  decay: { weightDecay: 0.1 },
};

function near(actual: tf.Tensor, expected: number[], tolerance = 2e-6): void {
  const values = actual.dataSync();
  assert.equal(values.length, expected.length);
  expected.forEach((value, k) =>
    assert.ok(Math.abs(values[k] - value) <= tolerance, `${k}: ${values[k]}, expected ${value}`),
  );
}

interface Trained {
  table: tf.Variable<tf.Rank.R2>;
  kernel: tf.Variable<tf.Rank.R2>;
  state: AdamState;
  step(k: number, args: Settings): void;
  dispose(): void;
}

function start(): Trained {
  const table = tf.variable(tf.tensor2d(fixture.table));
  const kernel = tf.variable(tf.tensor2d(fixture.kernel));
  const state = adamState();
  return {
    table,
    kernel,
    state,
    step: (k, args) =>
      tf.tidy(() => {
        const { grads } = tf.variableGrads(() => {
          const rows = embedding(table, tf.tensor(fixture.ids[k], [2, 3], 'int32'));
          const outputs = tf.matMul(rows.reshape([6, 3]), kernel);
          return tf.losses.meanSquaredError(tf.tensor(fixture.targets[k]).reshape([6, 2]), outputs) as tf.Scalar;
        });
        const weights = [table, kernel].map((weight) => ({ name: weight.name, weight, gradient: grads[weight.name] }));
        state.step(weights, numbersOf(k + 1, args), args.clip);
      }),
    dispose: () => {
      state.dispose();
      tf.dispose([table, kernel]);
    },
  };
}

for (const device of ['processor', 'card'] as const) {
  describe(`Adam on the ${device}`, { skip: device === 'card' && !backend && 'needs the native backend' }, () => {
    let card: ReturnType<typeof installFakeCudnn> | undefined;
    before(() => {
      if (device === 'card') card = installFakeCudnn(backend!);
    });
    after(() => card?.remove());

    for (const [name, steps] of Object.entries(fixture.cases)) {
      test(`gives the numbers of Keras ${fixture.keras}: ${name}`, () => {
        const trained = start();
        steps.forEach(([table, kernel], k) => {
          trained.step(k, settings[name as keyof typeof settings]);
          near(trained.table, table);
          near(trained.kernel, kernel);
        });
        trained.dispose();
      });
    }

    test('leaves copies of the weights, and arrays they were made from, as they were', () => {
      const values = new Float32Array(4096).fill(1);
      const weight = tf.variable(tf.tensor1d(values));
      const state = adamState();
      const gradient = tf.ones([4096]);
      const copies: tf.Tensor[] = [];
      const seen: number[] = [];
      for (let t = 1; t <= 4; t++) {
        copies.push(weight.clone(), weight.reshape([64, 64]));
        seen.push(weight.dataSync()[7]);
        state.step([{ name: weight.name, weight, gradient }], numbersOf(t, {}));
      }
      assert.equal(new Set(seen).size, 4);
      copies.forEach((copy, k) => assert.equal(copy.dataSync()[7], seen[Math.floor(k / 2)]));
      assert.ok(values.every((value) => value === 1));
      state.dispose();
      tf.dispose([weight, gradient, ...copies]);
    });

    test('goes on from restored means exactly as without a break, and takes over a weight assigned from outside', async () => {
      const whole = start();
      const broken = start();
      [0, 1].forEach((k) => [whole, broken].forEach((trained) => trained.step(k, {})));
      const moments = broken.state.moments().map(({ name, first, second }) => ({
        name,
        first: tf.tensor(first.dataSync(), first.shape),
        second: tf.tensor(second.dataSync(), second.shape),
      }));
      const weights = [broken.table, broken.kernel].map((weight) => tf.tensor(weight.dataSync(), weight.shape));
      broken.step(2, {}); // lost when the training breaks
      broken.state.restore(moments);
      [broken.table, broken.kernel].forEach((weight, k) => weight.assign(weights[k] as tf.Tensor2D));
      [2, 3].forEach((k) => [whole, broken].forEach((trained) => trained.step(k, {})));
      assert.deepEqual(broken.table.dataSync(), whole.table.dataSync());
      assert.deepEqual(broken.kernel.dataSync(), whole.kernel.dataSync());
      moments.forEach(({ first, second }) => tf.dispose([first, second]));
      tf.dispose(weights);
      whole.dispose();
      broken.dispose();
    });

    test('refuses a gradient of another shape and keeps weights and means', () => {
      const weight = tf.variable(tf.tensor1d([1, 2, 3]));
      const state = adamState();
      const step = (gradient: tf.Tensor) => state.step([{ name: weight.name, weight, gradient }], numbersOf(1, {}));
      step(tf.tensor1d([1, 1, 1]));
      const before = weight.arraySync();
      assert.throws(() => step(tf.ones([2, 5])));
      assert.deepEqual(weight.arraySync(), before);
      state.dispose();
      weight.dispose();
    });

    test('makes every weight NaN when a clipped norm is not finite', () => {
      const weight = tf.variable(tf.tensor1d([1, 2, 3]));
      const state = adamState();
      const gradient = tf.tensor1d([1, Infinity, 1]);
      state.step([{ name: weight.name, weight, gradient }], numbersOf(1, {}), { globalNorm: 1 });
      assert.ok(weight.dataSync().every(Number.isNaN));
      state.dispose();
      tf.dispose([weight, gradient]);
    });

    test('keeps no tensors', () => {
      const trained = start();
      trained.step(0, {});
      const { numTensors } = tf.memory();
      for (let k = 0; k < 20; k++) trained.step(k % 4, {});
      trained.state.moments();
      trained.step(0, {});
      assert.equal(tf.memory().numTensors, numTensors);
      trained.dispose();
    });
  });
}

test('takes its means along when the device changes', { skip: !backend && 'needs the native backend' }, () => {
  const card = installFakeCudnn(backend!);
  const [whole, moving] = [start(), start()];
  for (let k = 0; k < 4; k++) {
    onDevice('cpu', () => whole.step(k, {}));
    onDevice(k % 2 === 1 ? 'gpu' : 'cpu', () => moving.step(k, {}));
  }
  near(moving.table, [...whole.table.dataSync()]);
  near(moving.kernel, [...whole.kernel.dataSync()]);
  whole.dispose();
  moving.dispose();
  card.remove();
});

describe('the gradient of an embedding', () => {
  test('is the sum over equal indices, and can be read, added and clipped like any tensor', () => {
    tf.tidy(() => {
      const table = tf.variable(tf.randomNormal<tf.Rank.R2>([7, 5]));
      const ids = tf.tensor2d([3, 3, 0, 6, 3, 6], [2, 3], 'int32');
      const dy = tf.randomNormal([2, 3, 5]);
      const expected = tf.matMul(tf.oneHot(ids.flatten(), 7), dy.reshape([6, 5]), true).dataSync();
      const [gradient] = tf.grads((t) => embedding(t as tf.Tensor2D, ids))([table], dy);
      const [twice] = tf.grads((t) => tf.add(embedding(t as tf.Tensor2D, ids), embedding(t as tf.Tensor2D, ids)))(
        [table],
        dy,
      );
      near(gradient, [...expected]);
      near(
        twice,
        [...expected].map((value) => 2 * value),
      );
      near(
        gradient.mul(3),
        [...expected].map((value) => 3 * value),
        4e-6,
      );
      table.dispose();
    });
  });

  const skip = computesOnCard() && 'TensorFlow looks rows up on the card: zeros for a row that is not there';
  test('throws on an index outside the table', { skip }, () => {
    const table = tf.variable(tf.zeros<tf.Rank.R2>([4, 2]));
    assert.throws(
      () => tf.tidy(() => embedding(table, tf.tensor1d([1, 4], 'int32')).dataSync()),
      /rows 0 to 3; it was asked for row 4/,
    );
    table.dispose();
  });
});
