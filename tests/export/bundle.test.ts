/** Bundles: a model with all that stands around it, in one file. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { tf } from '../../lib/backend';
import { fromBundle, InputError, toBundle, type Bundle, type BundleOptions } from '../../lib/export';
import * as layers from '../../lib/layers';
import { MinMaxScaler, StandardScaler } from '../../lib/series';
import { padSequences, Tokenizer, Vocabulary, words } from '../../lib/text';
import { mutations } from './mutations';
import { temporaryFolder } from './peers';

const folder = temporaryFolder();
const inFolder = (name: string) => path.join(folder, name);
const root = path.resolve(__dirname, '../..');

const reviews = ['A moving film, well played!', 'Dull, loud and far too long.', 'I liked it', 'Not a good film; dull.'];
const vocabulary = Vocabulary.fromTokens(reviews.map(words));
const tokenizer = new Tokenizer({ oovToken: '<unknown>', numWords: 12 }).fitOnTexts(reviews);
const padding = { maxLen: 9, padding: 'post' } as const;
const labels = ['negative', 'positive'];
const lines = 'to be or not to be, that is the question';
const characters = Vocabulary.fromTokens([[...lines]]);

const sentiment = (inputDim: number, maskZero = true): tf.LayersModel => {
  const input = tf.input({ shape: [null] });
  const x = layers.embedding({ inputDim, outputDim: 4, maskZero }).apply(input) as tf.SymbolicTensor;
  const lstm = layers.bidirectional({ layer: layers.lstm({ units: 3, returnSequences: true }) }).apply(x);
  const pooled = layers.attentionPooling().apply(lstm as tf.SymbolicTensor) as tf.SymbolicTensor;
  return tf.model({
    inputs: input,
    outputs: layers.dense({ units: 1, activation: 'sigmoid' }).apply(pooled) as tf.SymbolicTensor,
  });
};
const plain = (inputDim: number, maskZero: boolean, units = 1): tf.LayersModel =>
  tf.sequential({
    layers: [
      layers.embedding({ inputDim, outputDim: 4, maskZero }),
      layers.gru({ units: 3 }),
      layers.dense({ units, activation: units === 1 ? 'sigmoid' : 'softmax' }),
    ],
  });
const forecaster = (features: number, horizon: number): tf.LayersModel =>
  tf.sequential({ layers: [layers.lstm({ units: 5, inputShape: [4, features] }), layers.dense({ units: horizon })] });
const writer = (stateful: boolean): tf.LayersModel =>
  tf.sequential({
    layers: [
      layers.embedding({
        inputDim: characters.size,
        outputDim: 6,
        ...(stateful ? { batchInputShape: [1, null] } : {}),
      }),
      layers.lstm({ units: 8, returnSequences: true, stateful }),
      layers.dense({ units: characters.size }),
    ],
  });

async function bundled(model: tf.LayersModel, name: string, options: BundleOptions): Promise<Bundle> {
  const file = inFolder(`${name}.lstm`);
  await toBundle(model, file, options);
  return fromBundle(file);
}

const outputs = (model: tf.LayersModel, x: tf.Tensor) => Array.from((model.predict(x) as tf.Tensor).dataSync());

describe('a bundle answers as its model does, bit by bit', () => {
  test('a text by a vocabulary', async () => {
    const model = sentiment(vocabulary.size);
    const bundle = await bundled(model, 'sentiment', { task: 'classify', vocabulary, padding, labels });
    const x = padSequences(
      reviews.map((review) => vocabulary.encode(words(review))),
      padding,
    );
    const expected = outputs(model, x);
    const together = await bundle.answers(reviews.map((review) => bundle.prepare(review)));
    for (const [i, review] of reviews.entries()) {
      const answer = { label: labels[Number(expected[i] > 0.5)], probability: Math.max(expected[i], 1 - expected[i]) };
      const probabilities = { negative: 1 - expected[i], positive: expected[i] };
      assert.deepEqual(together[i], { ...answer, probabilities });
      const alone = outputs(model, x.slice([i, 0], [1, 9]));
      assert.deepEqual(await bundle.answer(review), {
        ...answer,
        probability: Math.max(alone[0], 1 - alone[0]),
        probabilities: { negative: 1 - alone[0], positive: alone[0] },
      });
    }
  });

  test('a text by a tokenizer, without the words that its numWords leaves out', async () => {
    const few = new Tokenizer({ oovToken: '<unknown>', numWords: 5 }).fitOnTexts(reviews);
    const model = plain(12, true, 3);
    const options: BundleOptions = { task: 'classify', tokenizer: few, labels: ['bad', 'middling', 'good'] };
    const bundle = await bundled(model, 'few', options);
    const parts = unzipSync(fs.readFileSync(inFolder('few.lstm')));
    const { input } = JSON.parse(strFromU8(parts['bundle.json'])) as { input: { tokenizer: { counts: unknown[] } } };
    assert.equal(input.tokenizer.counts.length, 3);
    assert.ok(few.toJSON().counts.length > 3);
    const old = { ...JSON.parse(strFromU8(parts['bundle.json'])), input: { ...input, tokenizer: few.toJSON() } };
    fs.writeFileSync(inFolder('old.lstm'), zipSync({ ...parts, 'bundle.json': strToU8(JSON.stringify(old)) }));
    const before = await fromBundle(inFolder('old.lstm'));
    for (const review of [...reviews, 'An unseen FILM was dull']) {
      const numbers = few.textsToSequences([review])[0];
      assert.deepEqual((bundle.prepare(review) as { numbers: number[] }).numbers, numbers);
      assert.deepEqual(await before.answer(review), await bundle.answer(review));
    }
  });

  test('a text by a tokenizer, with three classes', async () => {
    const model = plain(12, true, 3);
    const names = ['bad', 'middling', 'good'];
    const bundle = await bundled(model, 'tokenizer', { task: 'classify', tokenizer, labels: names });
    const unseen = 'An unseen FILM was dull';
    const expected = outputs(model, padSequences(tokenizer.textsToSequences([unseen])));
    const answer = (await bundle.answer(unseen)) as { probabilities: Record<string, number> };
    assert.deepEqual(
      Object.entries(answer.probabilities),
      names.map((name, i) => [name, expected[i]]),
    );
  });

  test('a text scored by a number', async () => {
    const model = plain(vocabulary.size, true);
    const stars = new MinMaxScaler().fit([1, 10]);
    const bundle = await bundled(model, 'stars', { task: 'regress', vocabulary, target: stars });
    const expected = outputs(model, padSequences([vocabulary.encode(words(reviews[0]))]));
    assert.deepEqual(await bundle.answer(reviews[0]), { values: stars.inverseTransform(expected) });
  });

  test('a window of several features, its answer in the unit of one', async () => {
    const model = forecaster(2, 3);
    const days = [[10, 1010], [12, 1005], [9, 1020], [15, 999], [11, 1012]]; // prettier-ignore
    const scaler = new StandardScaler().fit(days);
    const bundle = await bundled(model, 'weather', { task: 'regress', scaler, target: 0 });
    const window = days.slice(0, 4);
    const expected = outputs(model, tf.tensor3d([scaler.transform(window)]));
    assert.deepEqual(await bundle.answer(window), { values: scaler.inverseTransform(expected, 0) });
    assert.deepEqual(bundle.window, { time: 4, features: 2 });
  });

  test('a window of one feature, given as a list', async () => {
    const model = forecaster(1, 1);
    const bundle = await bundled(model, 'sine', { task: 'regress' });
    const window = [0.1, 0.4, 0.5, 0.3];
    assert.deepEqual(await bundle.answer(window), { values: outputs(model, tf.tensor3d(window, [1, 4, 1])) });
    assert.deepEqual(await bundle.answer(window.map((v) => [v])), await bundle.answer(window));
  });

  test('after logits', async () => {
    const model = tf.sequential({
      layers: [layers.embedding({ inputDim: vocabulary.size, outputDim: 4 }), layers.gru({ units: 2 })],
    });
    const bundle = await bundled(model, 'logits', { task: 'classify', vocabulary, labels, fromLogits: true });
    const logits = model.predict(padSequences([vocabulary.encode(words(reviews[1]))])) as tf.Tensor;
    const expected = Array.from(tf.softmax(logits).dataSync());
    const { probabilities } = (await bundle.answer(reviews[1])) as { probabilities: Record<string, number> };
    labels.forEach((label, i) => assert.ok(Math.abs(probabilities[label] - expected[i]) < 1e-6));
  });

  test('a model saved again from its bundle; the same model gives the same file', async () => {
    const first = inFolder('first.lstm');
    await toBundle(sentiment(vocabulary.size), first, { task: 'classify', vocabulary, padding, labels });
    const bundle = await fromBundle(first);
    const again = await bundled(bundle.model, 'second', { task: 'classify', vocabulary, padding, labels });
    for (const review of reviews) assert.deepEqual(await again.answer(review), await bundle.answer(review));
    await toBundle(bundle.model, inFolder('third.lstm'), { task: 'classify', vocabulary, padding, labels });
    assert.deepEqual(fs.readFileSync(inFolder('third.lstm')), fs.readFileSync(inFolder('second.lstm')));
  });
});

describe('texts of different lengths in one batch', () => {
  for (const maskZero of [true, false]) {
    test(`each as if alone, ${maskZero ? 'padding masked' : 'no padding'}`, async () => {
      const bundle = await bundled(plain(vocabulary.size, maskZero), 'lengths', {
        task: 'classify',
        vocabulary,
        labels,
      });
      const together = await bundle.answers(reviews.map((review) => bundle.prepare(review)));
      for (const [i, review] of reviews.entries()) {
        const [a, b] = [together[i], await bundle.answer(review)] as { probability: number }[];
        assert.ok(Math.abs(a.probability - b.probability) < 1e-6);
      }
    });
  }
});

/** Answers in a process of its own. */
function elsewhere(file: string, raw: unknown, backend: string): unknown {
  const program = `
    import { fromBundle } from './lib/export';
    void fromBundle(process.argv[1]).then(async (bundle) =>
      console.log(JSON.stringify(await bundle.answer(JSON.parse(process.argv[2]), { seed: 3, length: 40 }))));`;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '-e', program, file, JSON.stringify(raw)],
    { cwd: root, encoding: 'utf8', env: { ...process.env, LSTM_LAB_BACKEND: backend } },
  );
  assert.match(stdout, /^\{/, stderr);
  return JSON.parse(stdout);
}

describe('in another process', () => {
  const own = tf.getBackend() === 'tensorflow' ? 'native' : 'wasm';
  test('the answer is the same, bit by bit', async () => {
    const bundle = await bundled(sentiment(vocabulary.size), 'elsewhere', {
      task: 'classify',
      vocabulary,
      padding,
      labels, // prettier-ignore
    });
    assert.deepEqual(elsewhere(inFolder('elsewhere.lstm'), reviews[0], own), await bundle.answer(reviews[0]));
  });

  test('WebAssembly answers with the same texts, and numbers within 1e-5', async () => {
    const bundle = await bundled(sentiment(vocabulary.size), 'wasm', { task: 'classify', vocabulary, padding, labels });
    const here = (await bundle.answer(reviews[1])) as { label: string; probability: number };
    const there = elsewhere(inFolder('wasm.lstm'), reviews[1], 'wasm') as typeof here;
    assert.equal(there.label, here.label);
    assert.ok(Math.abs(there.probability - here.probability) < 1e-5);
  });
});

describe('explaining a classification', () => {
  test('by the weights of the attention pooling', async () => {
    const model = sentiment(vocabulary.size);
    const bundle = await bundled(model, 'explained', { task: 'classify', vocabulary, padding, labels });
    const { method, tokens, ...answer } = await bundle.explain(reviews[1]);
    assert.equal(method, 'attention');
    assert.deepEqual(answer, await bundle.answer(reviews[1]));
    assert.deepEqual(
      tokens.map(({ token }) => token),
      words(reviews[1]),
    );
    assert.ok(Math.abs(tokens.reduce((sum, { weight }) => sum + weight, 0) - 1) < 1e-6);
  });

  test('by leaving out each word', async () => {
    const bundle = await bundled(plain(vocabulary.size, true), 'occluded', { task: 'classify', vocabulary, labels });
    const { method, tokens, label, probability } = await bundle.explain('not a good film');
    const without = (await bundle.answer('not a film')) as { probabilities: Record<string, number> };
    assert.equal(method, 'occlusion');
    assert.ok(Math.abs(tokens[2].weight - (probability - without.probabilities[label])) < 1e-6);
  });

  test('leaves nothing behind', async () => {
    const bundle = await bundled(sentiment(vocabulary.size), 'tidy', { task: 'classify', vocabulary, padding, labels });
    await bundle.explain(reviews[0]);
    const before = tf.memory().numTensors;
    for (let i = 0; i < 3; i++) await bundle.explain(reviews[i]);
    assert.equal(tf.memory().numTensors, before);
  });
});

describe('a bundle that writes', () => {
  for (const stateful of [true, false]) {
    test(`${stateful ? 'with' : 'without'} a state of its own goes on with the likeliest characters`, async () => {
      const model = writer(stateful);
      const bundle = await bundled(model, 'writer', { task: 'generate', vocabulary: characters, fromLogits: true });
      const { text } = (await bundle.answer('to be', { length: 12, temperature: 0 })) as { text: string };
      let read = characters.encode('to be');
      for (let i = 0; i < 12; i++) {
        if (stateful) model.resetStates();
        const all = outputs(model, tf.tensor2d([read], [1, read.length], 'int32')).slice(-characters.size);
        const best = all.map((value, k) => (k < 2 ? -Infinity : value));
        read = [...read, best.indexOf(Math.max(...best))];
      }
      assert.equal(text, characters.decode(read).join('').slice(5));
    });
  }

  test('gives the same text for the same seed, and ends when it is told to', async () => {
    const bundle = await bundled(writer(true), 'seeded', {
      task: 'generate',
      vocabulary: characters,
      fromLogits: true,
    });
    const write = (seed: number) => bundle.answer('or not', { seed, length: 30 });
    assert.deepEqual(await write(4), await write(4));
    assert.notDeepEqual(await write(4), await write(5));
    const stop = new AbortController();
    let pieces = 0;
    for await (const piece of bundle.generate('to be', { signal: stop.signal }))
      if (piece.length && ++pieces === 3) stop.abort();
    assert.equal(pieces, 3);
  });
});

describe('an input is refused in one sentence', () => {
  let text: Bundle, window: Bundle, writing: Bundle; // prettier-ignore
  before(async () => {
    const model = plain(12, true);
    text = await bundled(model, 'text', { task: 'classify', tokenizer: new Tokenizer().fitOnTexts(reviews.slice(0, 2)), labels }); // prettier-ignore
    window = await bundled(forecaster(2, 1), 'window', { task: 'regress' });
    writing = await bundled(writer(true), 'writing', { task: 'generate', vocabulary: characters, fromLogits: true });
  });
  const refusals: Record<string, [ask: () => Promise<unknown>, sentence: RegExp]> = {
    'a number for a text': [() => text.answer(3), /reads a text; it was given something else/],
    'a text without a known word': [() => text.answer('zzz 啊'), /no word that this model knows/],
    'a text for a window': [() => window.answer('dull'), /a window of 4 steps with 2 numbers each; it was given none/],
    'a window that is too short': [() => window.answer([[1, 2]]), /the window has 1 steps/],
    'a step that is too narrow': [() => window.answer([[1, 2], [1, 2], [1], [1, 2]]), /step 2 is not that/], // prettier-ignore
    'a number that is none': [() => window.answer([[1, 2], [1, NaN], [1, 2], [1, 2]]), /step 1 is not that/], // prettier-ignore
    'a number that float32 does not hold': [() => window.answer([[1, 2], [1, 1e300], [1, 2], [1, 2]]), /step 1/], // prettier-ignore
    'a length of nothing': [() => writing.answer('to', { length: 0 }), /whole number from 1 to 10000/],
    'a temperature below 0': [() => writing.answer('to', { temperature: -1 }), /number from 0 to 100/],
    'an explanation of numbers': [() => window.explain([]), /Only the classification of a text/],
  };
  for (const [what, [ask, sentence]] of Object.entries(refusals)) {
    test(what, () =>
      assert.rejects(ask(), (error: Error) => error instanceof InputError && sentence.test(error.message)),
    );
  }
});

describe('toBundle refuses parts that do not fit', () => {
  const refusals: Record<string, [model: () => tf.LayersModel, options: BundleOptions, sentence: RegExp]> = {
    'a vocabulary larger than the embedding': [() => plain(5, true), { task: 'classify', vocabulary, labels }, /has 5 rows; the numbers of tokens go up to \d+: give it inputDim/], // prettier-ignore
    'two labels for three classes': [() => plain(99, true, 3), { task: 'classify', vocabulary, labels }, /3 classes.*got 2/], // prettier-ignore
    'no labels': [() => plain(99, true), { task: 'classify', vocabulary }, /2 names, those of 0 and of 1; got none/],
    'a text model without a vocabulary': [() => plain(99, true), { task: 'classify', labels }, /takes \[batch, time, features\]; this one takes \[null, null\]/], // prettier-ignore
    'a scaler of other features': [() => forecaster(2, 1), { task: 'regress', scaler: new StandardScaler().fit([1, 2]) }, /scaler has 1 features, the model reads 2/], // prettier-ignore
    'answers of no feature': [() => forecaster(2, 1), { task: 'regress', scaler: new StandardScaler().fit([[1, 2]]) }, /say by target/], // prettier-ignore
    'an unknown option': [() => forecaster(1, 1), { task: 'regress', label: [] } as never, /no option "label"; did you mean "labels"/], // prettier-ignore
    'an unknown task': [() => forecaster(1, 1), { task: 'guess' } as never, /'classify', 'regress', 'generate'; got guess/], // prettier-ignore
    'another number of tokens to write': [() => plain(99, true, 5), { task: 'generate', vocabulary: characters }, /chooses among 5 tokens; there are \d+/], // prettier-ignore
  };
  for (const [what, [model, options, sentence]] of Object.entries(refusals))
    test(what, () => assert.rejects(toBundle(model(), inFolder('refused.lstm'), options), sentence));
});

describe('a file is refused', () => {
  let content: Record<string, Uint8Array>;
  let whole: Buffer;
  before(async () => {
    await bundled(sentiment(vocabulary.size), 'whole', { task: 'classify', vocabulary, padding, labels });
    whole = fs.readFileSync(inFolder('whole.lstm'));
    content = unzipSync(whole);
  });
  const put = (members: Record<string, Uint8Array>, compressed = false): string => {
    const file = inFolder('hostile.lstm');
    fs.writeFileSync(file, zipSync(members, { level: compressed ? 1 : 0 }));
    return file;
  };
  const changed = (name: string, change: (json: never) => unknown): string => {
    const json = JSON.parse(Buffer.from(content[name]).toString()) as never;
    const returned = change(json);
    return put({ ...content, [name]: Buffer.from(JSON.stringify(returned === undefined ? json : returned)) });
  };
  type Topology = { config: { layers: { class_name: string; config: Record<string, unknown> }[] } };
  const embedding = ({ config }: Topology) => config.layers.find((layer) => layer.class_name === 'Embedding')!.config;
  const own = (change: Record<string, unknown>) => () => changed('bundle.json', (json) => Object.assign(json, change));

  const refusals: Record<string, [file: () => string, sentence: RegExp]> = {
    'that is missing': [() => inFolder('none.lstm'), /none\.lstm does not exist/],
    'that is no zip archive': [() => path.join(root, 'README.md'), /no whole zip archive/],
    'whose member would lie outside it': [() => put({ ...content, '../../evil': new Uint8Array(1) }), /would lie outside it/], // prettier-ignore
    'that is a zip bomb': [() => put({ ...content, 'weights.safetensors': new Uint8Array(2 ** 28) }, true), /declares to hold/], // prettier-ignore
    'without weights': [() => put({ 'bundle.json': content['bundle.json'], 'model.json': content['model.json'] }), /holds no weights\.safetensors/], // prettier-ignore
    'whose description is no JSON': [() => put({ ...content, 'bundle.json': Buffer.from('{') }), /is not JSON/],
    'whose description is a list': [() => changed('bundle.json', () => []), /bundle\.json is no object/],
    'of a later format': [own({ format: 2 }), /format 2; this version of lstm-lab reads format 1: update it/],
    'without a task': [
      () => changed('bundle.json', ({ task: _, ...rest }: Record<string, unknown>) => rest),
      /lacks task/,
    ],
    'of a task that is none': [own({ task: 'mine' }), /has a "task" that no bundle has/],
    'with labels that are none': [own({ labels: [1, 2] }), /has a "labels" that no bundle has/],
    'with labels for more classes': [own({ labels: ['a', 'b', 'c'] }), /tells 2 classes apart/],
    'with a field that nobody knows': [own({ code: 'run()' }), /has a "code"/],
    'that pads to a million tokens': [own({ input: { kind: 'text', vocabulary, padding: { maxLen: 1e9 } } }), /has a "input"/], // prettier-ignore
    'whose vocabulary is none': [own({ input: { kind: 'text', vocabulary: { tokens: ['a'], counts: [1] }, padding } }), /not a vocabulary/], // prettier-ignore
    'whose vocabulary is larger than its model': [() => changed('bundle.json', (json: { input: { vocabulary: { tokens: string[]; counts: number[] } } }) => {
        json.input.vocabulary.tokens.push('more');
        json.input.vocabulary.counts.push(1);
      }), /the numbers of tokens go up to/], // prettier-ignore
    'with a layer of a billion numbers': [() => changed('model.json', (json: Topology) => void (embedding(json).output_dim = 1e8)), /for which the file is too small/], // prettier-ignore
    'with other shapes': [() => changed('model.json', (json: Topology) => void (embedding(json).output_dim = 3)), /has the shape \[\d+,4\]; the layer's .* has \[\d+,3\]/], // prettier-ignore
    'of an unknown layer': [() => changed('model.json', (json: Topology) => void (json.config.layers[1].class_name = 'Run')), /Unknown layer: Run/], // prettier-ignore
    'whose layers wait for each other': [
      () =>
        changed('model.json', ({ config }: { config: { layers: { name: string; inbound_nodes: [[[string]]] }[] } }) => {
          config.layers[1].inbound_nodes[0][0][0] = config.layers.at(-1)!.name;
        }),
      /reads from a layer that is missing, or that waits for it/,
    ],
    'whose model is a text': [
      () => changed('model.json', () => 'model'),
      /describes no Sequential or Functional model/,
    ],
    'whose weights are cut off': [() => put({ ...content, 'weights.safetensors': content['weights.safetensors'].slice(0, -4) }), /its tensors take/], // prettier-ignore
  };
  for (const [what, [file, sentence]] of Object.entries(refusals)) {
    test(what, async () => {
      const before = tf.memory().numTensors;
      await assert.rejects(fromBundle(file()), (error: Error) => {
        assert.match(error.message, sentence);
        assert.equal(error.message.split('\n').length, 1);
        return true;
      });
      assert.equal(tf.memory().numTensors, before, 'tensors stay behind');
    });
  }

  test('with any byte changed, or it says so before it harms', async () => {
    let refused = 0;
    for (const copy of mutations(whole, 60)) {
      fs.writeFileSync(inFolder('mutated.lstm'), copy);
      try {
        (await fromBundle(inFolder('mutated.lstm'))).dispose();
      } catch (error) {
        refused++;
        assert.ok((error as Error).message.includes('mutated.lstm'), (error as Error).stack);
      }
    }
    assert.ok(refused > 30);
  });

  test('with any byte of its parts changed', async () => {
    for (const name of ['bundle.json', 'model.json', 'weights.safetensors'])
      for (const copy of mutations(content[name], 40)) {
        const file = put({ ...content, [name]: copy });
        await fromBundle(file).then(
          (bundle) => bundle.dispose(),
          (error: Error) => assert.ok(error.message.includes('hostile.lstm'), error.stack),
        );
      }
  });
});

after(() => tf.disposeVariables());
