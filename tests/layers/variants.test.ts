import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { tf } from '../../lib/backend';
import * as layers from '../../lib/layers';
import { seed } from '../../lib/random';
import { assertParity, fixtures } from './parity';

describe('the variants give the numbers and gradients of their papers’ formulas in PyTorch', () => {
  for (const one of fixtures('variants.json')) test(one.name, () => assertParity(one));
});

interface Options {
  units: number;
  stateful?: boolean;
  returnSequences?: boolean;
  batchInputShape?: number[];
}

const variants: Record<string, (args: Options) => layers.RNN> = {
  peepholeLSTM: (args) => layers.peepholeLSTM({ peepholeInitializer: 'randomNormal', ...args }),
  layerNormLSTM: (args) => layers.layerNormLSTM({ epsilon: 1e-4, ...args }),
  minGRU: layers.minGRU,
  minLSTM: layers.minLSTM,
  sLSTM: (args) => layers.sLSTM({ forgetGate: 'exponential', ...args }),
};

function assertSame(actual: tf.Tensor, expected: tf.Tensor, tolerance = 1e-5): void {
  assert.deepEqual(actual.shape, expected.shape);
  const [values, wanted] = [actual.dataSync(), expected.dataSync()];
  wanted.forEach((value, k) =>
    assert.ok(Math.abs(values[k] - value) <= tolerance * Math.max(1, Math.abs(value)), `${values[k]}, not ${value}`),
  );
}

for (const [name, make] of Object.entries(variants)) {
  describe(name, () => {
    test('goes on from batch to batch as over the whole sequence', () => {
      const [kept, whole] = [
        make({ units: 3, stateful: true, returnSequences: true }),
        make({ units: 3, returnSequences: true }),
      ];
      const x = tf.randomNormal([2, 7, 4]);
      kept.build([2, 3, 4]);
      whole.build(x.shape);
      whole.setWeights(kept.getWeights());
      const parts = tf.split(x, [3, 4], 1).map((part) => kept.apply(part) as tf.Tensor);
      assertSame(tf.concat(parts, 1), whole.apply(x) as tf.Tensor);
      kept.resetStates();
      assertSame(kept.apply(tf.slice(x, [0, 0, 0], [2, 3, 4])) as tf.Tensor, parts[0]);
    });

    test('learns, is saved and loaded, also in both directions', async () => {
      seed(1);
      const model = tf.sequential({
        layers: [
          layers.bidirectional({ layer: make({ units: 4, returnSequences: true }), batchInputShape: [null, 6, 3] }),
          make({ units: 3 }),
          layers.dense({ units: 1 }),
        ],
      });
      const [x, y] = [tf.randomNormal([16, 6, 3], 0, 1, 'float32', 1), tf.randomNormal([16, 1], 0, 1, 'float32', 2)];
      model.compile({ loss: 'meanSquaredError', optimizer: tf.train.adam(0.02) });
      const { history } = await model.fit(x, y, { epochs: 15, verbose: 0 });
      assert.ok(Number(history.loss.at(-1)) < 0.8 * Number(history.loss[0]), String(history.loss));
      let saved: tf.io.ModelArtifacts | undefined;
      await model.save(
        tf.io.withSaveHandler(async (artifacts) => {
          saved = artifacts;
          return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
        }),
      );
      const loaded = await tf.loadLayersModel(tf.io.fromMemory(saved as tf.io.ModelArtifacts));
      assert.deepEqual((loaded.predict(x) as tf.Tensor).dataSync(), (model.predict(x) as tf.Tensor).dataSync());
    });

    test('refuses unknown options by name', () => {
      const anything = { units: 2, return_sequences: true } as never;
      const factory = layers[name as 'minGRU'];
      assert.throws(
        () => factory(anything),
        new RegExp(`layers\\.${name} has no option "return_sequences"; did you mean`),
      );
      assert.throws(() => factory({} as never), new RegExp(`layers\\.${name} needs units`));
    });
  });
}

describe('minimal cells', () => {
  const pairs = [
    ['minGRU', layers.minGRU, layers.minGRUCell],
    ['minLSTM', layers.minLSTM, layers.minLSTMCell],
  ] as const;
  for (const [name, layer, cell] of pairs) {
    test(`${name}: 1,000 steps at once are 1,000 steps one after another, with gates far open and shut`, () => {
      const atOnce = layer({ units: 4, returnSequences: true });
      const stepped = layers.rnn({ cell: cell({ units: 4 }), returnSequences: true });
      const x = tf.randomNormal([2, 1000, 3], 0, 10, 'float32', 3);
      for (const one of [atOnce, stepped]) one.build(x.shape);
      stepped.setWeights(atOnce.getWeights());
      assertSame(atOnce.apply(x) as tf.Tensor, stepped.apply(x) as tf.Tensor, 1e-4);
    });
  }

  test('have no recurrent kernel, and refuse its options', () => {
    assert.throws(
      () => layers.minGRU({ units: 2, recurrentDropout: 0.5 } as never),
      /has no option "recurrentDropout"/,
    );
    const layer = layers.minLSTM({ units: 5 });
    layer.build([null, null, 3]);
    assert.deepEqual(
      layer.getWeights().map(({ shape }) => shape),
      [[3, 15], [15]],
    );
  });

  test('of no steps give the initial state', () => {
    const layer = layers.minGRU({ units: 2, returnState: true });
    const [output, state] = layer.apply(tf.zeros([1, 0, 3]), { initialState: tf.ones([1, 2]) }) as tf.Tensor[];
    assert.deepEqual([...output.dataSync(), ...state.dataSync()], [0, 0, 1, 1]);
  });
});

test('sLSTM: gates of ±1000 overflow nothing, and h does not depend on where the stabilizer starts', () => {
  const layer = layers.sLSTM({ units: 2, returnSequences: true });
  const x = tf.tensor3d([[[-1000], [1000], [-1000], [500], [-3]]]);
  layer.build(x.shape);
  layer.setWeights([tf.ones([1, 8]), tf.ones([2, 8]), tf.zeros([8])]);
  const values = (layer.apply(x) as tf.Tensor).dataSync();
  assert.ok(values.every(Number.isFinite), String(values));
  const small = x.div(500);
  const from = (m: number) => {
    const scale = Math.exp(-m);
    const initialState = [tf.zeros([1, 2]), tf.fill([1, 2], 0.3 * scale), tf.fill([1, 2], scale), tf.fill([1, 2], m)];
    return layer.apply(small, { initialState }) as tf.Tensor;
  };
  assertSame(from(2), from(0));
  assert.throws(
    () => layers.sLSTM({ units: 2, forgetGate: 'relu' as never }),
    /forgetGate is "relu"; give "sigmoid" or/,
  );
});
