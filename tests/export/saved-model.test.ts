/** SavedModels of Keras and TensorFlow, to predict with. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import { backendInfo, tf } from '../../lib/backend';
import { fromSavedModel, toKeras } from '../../lib/export';
import type { SavedModel } from '../../lib/export';
import { fill, inputsOf, otherModels, outputsOf, recurrentModels } from './models';
import { askPeer, fixtureFile, needs, temporaryFolder } from './peers';
import { assertSame, type Values, valuesOf } from './values';

const fixture = (name: string) => fixtureFile(path.join('saved-model', name));
const folder = temporaryFolder();
const isNative = backendInfo().name === 'native';
const native = isNative ? {} : { skip: 'WebAssembly computes' };

type Arrays = Record<string, { shape: number[]; values: number[] | string[] }>;
interface Case {
  folder: string;
  signature: string;
  inputs: Arrays;
  outputs: Arrays;
}
const cases = JSON.parse(fs.readFileSync(fixtureFile('saved-model.json'), 'utf8')) as Case[];

const given = (model: SavedModel, inputs: Arrays): tf.NamedTensorMap =>
  Object.fromEntries(
    Object.entries(inputs).map(([name, { shape, values }]) => [
      name,
      tf.tensor(values, shape, model.inputs[name].dtype),
    ]),
  );

const byName = (model: SavedModel, outputs: tf.Tensor | tf.NamedTensorMap): tf.NamedTensorMap =>
  outputs instanceof tf.Tensor ? { [Object.keys(model.outputs)[0]]: outputs } : outputs;

describe('a signature gives what TensorFlow gives', native, () => {
  for (const { folder: name, signature, inputs, outputs } of cases)
    test(`${name}, ${signature}`, async () => {
      const model = await fromSavedModel(fixture(name), { signature });
      const tensors = byName(model, model.predict(given(model, inputs)));
      assert.deepEqual(Object.keys(tensors).sort(), Object.keys(outputs).sort());
      for (const [key, expected] of Object.entries(outputs)) {
        assert.equal(tensors[key].dtype, model.outputs[key].dtype);
        assertSame([valuesOf(tensors[key])], [expected as Values], key);
      }
      model.dispose();
    });

  test('in one line, also of another batch and another length', async () => {
    const x = tf.tensor2d([[1, 2, 3, 4, 5]], [1, 5], 'int32');
    const y = (await fromSavedModel(fixture('classifier'))).predict(x) as tf.Tensor;
    assert.deepEqual(y.shape, [1, 2]);
  });

  test('and leaves no tensor behind but its outputs', async () => {
    const [, , { inputs }] = cases;
    const model = await fromSavedModel(fixture('kinds'), { signature: 'read' });
    const tensors = given(model, inputs);
    const before = tf.memory().numTensors;
    tf.dispose(model.predict(tensors));
    assert.equal(tf.memory().numTensors, before);
    assert.equal(
      tf.tidy(() => Object.keys(model.predict(tensors)).length),
      2,
    );
    assert.equal(tf.memory().numTensors, before);
  });
});

test('its signature says names, types and shapes', native, async () => {
  const model = await fromSavedModel(fixture('forecaster'));
  assert.equal(model.signature, 'serving_default');
  const { dtype, shape } = model.inputs.history;
  assert.deepEqual({ dtype, shape }, { dtype: 'float32', shape: [null, null, 3] });
  assert.deepEqual(Object.keys(model.outputs), ['demand', 'price']);
  const kinds = await fromSavedModel(fixture('kinds'), { signature: 'scale' });
  assert.deepEqual([kinds.inputs.times.stored, kinds.inputs.times.dtype], ['int64', 'int32']);
});

test('a folder that is exported again is read again', native, async () => {
  const place = path.join(folder, 'again');
  fs.cpSync(fixture('classifier'), place, { recursive: true });
  const first = await fromSavedModel(place);
  fs.rmSync(place, { recursive: true });
  fs.cpSync(fixture('forecaster'), place, { recursive: true });
  const second = await fromSavedModel(place);
  assert.deepEqual(Object.keys(second.inputs), ['history', 'place']);
  second.predict({ history: tf.ones([1, 2, 3]), place: tf.ones([1, 2]) });
  first.predict(tf.ones([1, 2], 'int32'));
  first.dispose();
  first.dispose();
  assert.throws(() => first.predict(tf.ones([1, 2], 'int32')), /This SavedModel is disposed of already/);
});

describe('a folder is refused in one sentence', () => {
  const empty = path.join(folder, 'empty');
  const text = path.join(folder, 'text');
  const damaged = path.join(folder, 'damaged');
  const weightless = path.join(folder, 'weightless');
  const cut = path.join(folder, 'cut');
  before(() => {
    for (const each of [empty, text, damaged, weightless]) fs.mkdirSync(each);
    fs.writeFileSync(path.join(text, 'saved_model.pbtxt'), '');
    fs.writeFileSync(path.join(damaged, 'saved_model.pb'), 'no graph at all');
    fs.copyFileSync(fixture('classifier/saved_model.pb'), path.join(weightless, 'saved_model.pb'));
    fs.cpSync(fixture('classifier'), cut, { recursive: true });
    fs.truncateSync(path.join(cut, 'variables', 'variables.data-00000-of-00001'), 40);
  });
  const refusals: Record<string, [folder: string, options: object, sentence: RegExp, needsNative?: boolean]> = {
    'that is missing': [path.join(folder, 'none'), {}, /none does not exist\.$/],
    'that is empty': [
      empty,
      {},
      /empty holds no saved_model\.pb, so it is no SavedModel; Keras writes one with model\.export/,
    ],
    'that is a file': [fixture('classifier/saved_model.pb'), {}, /saved_model\.pb is a file; .*: give the folder\.$/],
    'whose graph is a text': [text, {}, /saved_model\.pbtxt, which is not read; save it again/],
    'whose graph is damaged': [damaged, {}, /saved_model\.pb is no SavedModel of TensorFlow, or not whole\.$/],
    'without the tags': [
      fixture('classifier'),
      { tags: ['gpu'] },
      /has no graph with the tags \[gpu\]; it has \[serve\]/,
    ],
    'without a signature': [fixture('bare'), {}, /bare has no signature, so it says nothing of its inputs/],
    'without the default signature': [
      fixture('kinds'),
      {},
      /"serving_default"\. It has read, scale: name one as \{ signature \}/,
    ],
    'without the signature asked for': [fixture('kinds'), { signature: 'raed' }, /"raed"; did you mean "read"\?/],
    'with an unknown option': [
      fixture('kinds'),
      { tag: ['serve'] },
      /fromSavedModel has no option "tag"; did you mean "tags"\?/,
    ],
    'whose weights are cut': [cut, {}, /cut cannot be loaded by TensorFlow \d[^\n]*$/, true],
  };
  for (const [what, [place, options, sentence, needsNative]] of Object.entries(refusals))
    test(what, needsNative ? native : {}, () => assert.rejects(fromSavedModel(place, options), sentence));

  test('whose weights are missing, when it is asked', native, async () => {
    const model = await fromSavedModel(weightless);
    assert.throws(
      () => model.predict(tf.ones([1, 2], 'int32')),
      (error: Error) => /^The signature "serving_default" failed: its weights are missing/.test(error.message),
    );
  });

  test('where WebAssembly computes', { skip: isNative }, () =>
    assert.rejects(
      fromSavedModel(fixture('classifier')),
      /classifier is a SavedModel, which needs the native backend, .* here WebAssembly computes\./,
    ),
  );
});

describe('an input is refused in one sentence', native, () => {
  const history = () => tf.ones([2, 4, 3]);
  const place = () => tf.ones([2, 2]);
  const refusals: Record<string, [inputs: () => unknown, sentence: RegExp]> = {
    'without a name': [
      history,
      /^The signature "serving_default" takes 2 inputs; give them by name: \{ history, place \}\.$/,
    ],
    'in an array': [() => [history(), place()], /^predict takes a tensor, or tensors by name: \{ history, place \}\.$/],
    'that nobody asked for': [
      () => ({ histroy: history(), place: place() }),
      /has no input "histroy"; did you mean "history"\?/,
    ],
    'that is missing': [() => ({ place: place() }), /^The input "history", float32 \[\?, \?, 3\], is missing\.$/],
    'that is no tensor': [() => ({ history: [[[1, 2, 3]]], place: place() }), /"history", .* is no tensor/],
    'of another shape': [
      () => ({ history: place(), place: place() }),
      /"history" is float32 \[\?, \?, 3\]; it was given float32 \[2, 2\]\.$/,
    ],
    'of another type': [
      () => ({ history: history().toInt(), place: place() }),
      /given int32 \[2, 4, 3\]: x\.cast\('float32'\) converts it\.$/,
    ],
    'of another batch than the other': [
      () => ({ history: history(), place: tf.ones([3, 2]) }),
      /^The signature "serving_default" failed: [^\n]*Dimension/,
    ],
  };
  for (const [what, [inputs, sentence]] of Object.entries(refusals))
    test(what, async () => {
      const model = await fromSavedModel(fixture('forecaster'));
      assert.throws(
        () => model.predict(inputs() as tf.Tensor),
        (error: Error) => sentence.test(error.message),
      );
      model.dispose();
    });
});

test(
  'models of these layers, exported by Keras, predict the same',
  { ...needs('keras', 'tensorflow'), ...native },
  async () => {
    const known = new Map(Object.entries({ ...recurrentModels, ...otherModels }));
    const exported: { name: string; file: string; folder: string; model: tf.LayersModel }[] = [];
    for (const [name, make] of [...known].filter((_, k) => k % 6 === 0)) {
      const model = fill(make());
      const file = path.join(folder, `live-${exported.length}.keras`);
      await toKeras(model, file);
      exported.push({ name, file, folder: file.replace('.keras', ''), model });
    }
    const list = path.join(folder, 'live.json');
    fs.writeFileSync(list, JSON.stringify(exported.map(({ file, folder }) => ({ file, folder }))));
    askPeer('saved_model', ['keras', 'tensorflow'], list);
    for (const { name, folder, model } of exported) {
      const inputs = inputsOf(model);
      const saved = await fromSavedModel(folder);
      const names = Object.keys(saved.inputs);
      const own = model.inputs.map((input) => names.find((one) => input.name.split('/')[0] === one));
      const tensors = Object.fromEntries(
        inputs.map((x, k) => [own[k] ?? names[k], x.cast(saved.inputs[own[k] ?? names[k]].dtype)]),
      );
      const outputs = Object.values(byName(saved, saved.predict(tensors))).map(valuesOf);
      assertSame(outputs, outputsOf(model, inputs).map(valuesOf), name);
      saved.dispose();
    }
  },
);
