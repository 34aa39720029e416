import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, test } from 'node:test';
import v8 from 'node:v8';
import vm from 'node:vm';
import { tf } from '../../lib/backend';
import * as layers from '../../lib/layers';
import { freeUnreachable, version } from '../../lib/mends/unreachable-tensors';
import * as torch from '../../lib/torch';
import * as train from '../../lib/train';

v8.setFlagsFromString('--expose-gc');
const gc = vm.runInNewContext('gc') as () => void;

/** How many tensors there are when what nobody can reach has been collected. */
async function tensorsLeft(): Promise<number> {
  for (let i = 0; i < 4; i++) {
    gc();
    await wait(5);
  }
  return tf.memory().numTensors;
}

/** What a notebook's variables are: the next run of a cell overwrites them. */
const notebook: Record<string, unknown> = {};

const cells: Record<string, () => Promise<void>> = {
  async 'a layers model, trained'() {
    const x = tf.randomNormal([16, 5, 2]);
    const y = tf.randomNormal([16, 1]);
    const model = tf.sequential();
    model.add(layers.lstm({ units: 3, inputShape: [5, 2] }));
    model.add(tf.layers.dense({ units: 1 }));
    model.compile({ optimizer: train.adam({ learningRate: 0.01 }), loss: 'meanSquaredError' });
    await train.fit(model, x, y, { epochs: 2, batchSize: 8, verbose: 0, validationSplit: 0.25 } as never);
    Object.assign(notebook, { x, y, model, predicted: model.predict(x) });
  },
  async "a layers model, trained by TensorFlow.js' own fit and optimizer"() {
    const x = tf.randomNormal([16, 5, 2]);
    const y = tf.randomNormal([16, 1]);
    const model = tf.sequential();
    model.add(layers.gru({ units: 3, inputShape: [5, 2], recurrentDropout: 0.2 }));
    model.add(tf.layers.dense({ units: 1 }));
    model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
    await model.fit(x, y, { epochs: 2, batchSize: 8, verbose: 0 });
    Object.assign(notebook, { x, y, model });
  },
  async 'torch modules'() {
    const lstm = new torch.LSTM(2, 3, { batchFirst: true });
    const optimizer = new torch.Adam(lstm.parameters(), 0.01);
    const x = torch.randn([4, 5, 2]) as tf.Tensor3D;
    for (let step = 0; step < 3; step++) optimizer.step(() => lstm.forward(x)[0].square().mean());
    Object.assign(notebook, { lstm, optimizer, x, out: lstm.forward(x) });
  },
};

test('TensorFlow.js frees no tensor and no variable by itself, so that the mend is needed', async () => {
  assert.equal(tf.version['tfjs-core'], version);
  const before = await tensorsLeft();
  (() => void [tf.ones([3]), tf.variable(tf.ones([3]))])();
  assert.equal(await tensorsLeft(), before + 3);
  freeUnreachable(tf);
  const { track } = tf.engine() as unknown as { track: unknown };
  freeUnreachable(tf);
  assert.equal((tf.engine() as unknown as { track: unknown }).track, track);
});

describe('a cell that is run again takes the place of its last run:', () => {
  for (const [name, cell] of Object.entries(cells)) {
    test(name, async () => {
      await cell();
      await cell();
      const once = await tensorsLeft();
      const bytes = tf.memory().numBytes;
      for (let run = 0; run < 20; run++) await cell();
      assert.equal(await tensorsLeft(), once);
      assert.equal(tf.memory().numBytes, bytes);
      for (const key of Object.keys(notebook)) delete notebook[key];
      assert.ok((await tensorsLeft()) < once);
    });
  }
});

describe('what can still be reached', () => {
  test('keeps its numbers: models, views of tensors that are gone, kept tensors, variables that were assigned', async () => {
    const model = tf.sequential({ layers: [layers.lstm({ units: 3, inputShape: [5, 2] })] as never });
    const x = tf.randomNormal([4, 5, 2]);
    const outputs = () => tf.tidy(() => Array.from((model.predict(x) as tf.Tensor).dataSync()));
    const first = outputs();
    const view = tf.tensor1d([1, 2, 3, 4]).reshape([2, 2]);
    const kept = tf.tidy(() => tf.keep(tf.ones([2]).add(1)));
    const variable = tf.variable(tf.zeros([2]));
    variable.assign(tf.ones([2]));
    tf.tidy(() => variable.assign(variable.mul(5)));
    await tensorsLeft();
    assert.deepEqual(outputs(), first);
    assert.deepEqual(view.arraySync(), [[1, 2], [3, 4]]); // prettier-ignore
    assert.deepEqual([kept, variable].map((tensor) => tensor.arraySync()), [[2, 2], [5, 5]]); // prettier-ignore
  });

  test('is found by an optimizer that is told no variables, and by name', async () => {
    const a = tf.variable(tf.scalar(3), true, 'unreachable.a');
    await tensorsLeft();
    const loss = tf.train.sgd(0.5).minimize(() => a.square() as tf.Scalar, true);
    assert.equal(loss?.dataSync()[0], 9);
    assert.equal(a.dataSync()[0], 0);
    assert.equal(tf.engine().registeredVariables['unreachable.a'], a);
    assert.throws(() => tf.variable(tf.scalar(1), true, 'unreachable.a'), /was already registered/);
    a.dispose();
    assert.ok(!('unreachable.a' in tf.engine().registeredVariables));
  });

  test('may be disposed of: nothing is freed twice', async () => {
    const before = await tensorsLeft();
    (() => {
      const x = tf.ones([3]);
      const y = x.clone();
      const v = tf.variable(x);
      tf.dispose([x, y]);
      v.dispose();
    })();
    const rest = tf.ones([3]);
    assert.equal(await tensorsLeft(), before + 1);
    assert.deepEqual(rest.arraySync(), [1, 1, 1]);
  });
});
