import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { converse, missing, ofKind, streamed, type Outcome } from './kernel';

const steps = {
  burst: "for (let i = 0; i < 20000; i++) console.log('line', i);",
  mixed: `const host = (globalThis as any)[Symbol.for('lstm-lab.notebook')];
for (let i = 0; i < 50; i++) {
  console.log('out', i);
  console.error('err', i);
  host.display({ 'text/plain': 'shown ' + i });
}`,
  split: 'process.stdout.write(Buffer.from([0xe2, 0x82])); process.stdout.write(Buffer.from([0xac]));',
  live: "console.log('first');\nconst until = Date.now() + 300;\nwhile (Date.now() < until);\nconsole.log('second');\nhost.display({ 'text/plain': 'third' });",
  bundle: `const handle = host.display({ 'text/plain': 'p', 'text/html': '<b>p</b>', 'image/png': new Uint8Array([1, 2, 3]), 'application/json': { a: 1 } });
handle.update({ 'text/plain': 'q' });`,
  updateLater: "handle.update({ 'text/plain': 'r' });",
  tslab: "import * as tslab from 'tslab';\ntslab.display.html('<i>x</i>');",
  displayable: "({ [Symbol.for('Jupyter.display')]: async () => ({ 'text/plain': 'own', 'text/markdown': '*own*' }) })",
  empty: "({ [Symbol.for('Jupyter.display')]: () => ({}) })",
  nothing: 'undefined',
  number: '1 / 3',
  string: "'it\\'s'",
  object: '({ a: { b: { c: { d: [1, 2] } } } })',
  promise: 'new Promise(() => {})',
  danfo:
    "import * as dfd from 'danfojs-node';\nnew dfd.DataFrame(Array.from({ length: 30 }, (_, i) => ({ third: i / 3, name: '<' + i + '>' })))",
  danfoSeries: 'new dfd.Series([1, 2, 3])',
  polars: "import * as pl from 'nodejs-polars';\npl.DataFrame({ a: [1, 2, null], b: ['x', 'y', 'z'] })",
  polarsSeries: "pl.Series('numbers', [1, 2])",
  tensor: "import { tf } from 'lstm-lab';\ntf.tensor2d([[1, 2], [3, 4]])",
  nested: 'console.log({ t: tf.ones([2, 3]) }, tf.zeros([2]));',
  disposed: 'const gone = tf.zeros([2]);\ngone.dispose();\ngone',
  model: 'tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [3] })] })',
  native: `import fs from 'node:fs';
import { spawnSync } from 'node:child_process';
fs.writeSync(2, '2026-11-23 07:16:36.448: I tensorflow/core/platform/x.cc:12] chatter\\nnative error\\n');
spawnSync('echo', ['child'], { stdio: 'inherit' });`,
};
type Name = keyof typeof steps;

describe('output of a cell', { skip: missing }, () => {
  let outcome: Outcome;
  const step = (name: Name) => outcome.steps[Object.keys(steps).indexOf(name)];
  const result = (name: Name) => {
    assert.equal(step(name).reply.status, 'ok', step(name).reply.evalue);
    return ofKind(step(name), 'execute_result')[0]?.data as Record<string, string> | undefined;
  };

  before(async () => {
    outcome = await converse(Object.values(steps).map((execute) => ({ execute })));
  });

  test('a burst of lines arrives complete and in order', () => {
    assert.equal(streamed(step('burst')), Array.from({ length: 20000 }, (_, i) => `line ${i}\n`).join(''));
    assert.ok(ofKind(step('burst'), 'stream').length < 2000, 'lines travel together');
  });

  test('stdout, stderr and displays keep their order', () => {
    const seen = step('mixed')
      .messages.filter(({ type }) => type === 'stream' || type === 'display_data')
      .map(({ content }) => content.text?.trim() ?? content.data?.['text/plain']);
    assert.deepEqual(seen, Array.from({ length: 50 }, (_, i) => [`out ${i}`, `err ${i}`, `shown ${i}`]).flat());
  });

  test('a character written in two pieces stays whole', () => {
    assert.equal(streamed(step('split')), '€');
  });

  test('text before a display is sent before it', () => {
    const kinds = step('live')
      .messages.map(({ type }) => type)
      .filter((type) => type === 'stream' || type === 'display_data');
    assert.equal(kinds.at(-1), 'display_data');
    assert.equal(streamed(step('live')), 'first\nsecond\n');
  });

  test('one message carries several types, and is replaced in place', () => {
    const [shown] = ofKind(step('bundle'), 'display_data');
    assert.deepEqual(shown.data, {
      'text/plain': 'p',
      'text/html': '<b>p</b>',
      'image/png': 'AQID',
      'application/json': { a: 1 },
    });
    const id = shown.transient!.display_id;
    assert.deepEqual(ofKind(step('bundle'), 'update_display_data')[0], {
      data: { 'text/plain': 'q' },
      metadata: {},
      transient: { display_id: id },
    });
    assert.equal(ofKind(step('updateLater'), 'update_display_data')[0].transient!.display_id, id);
  });

  test("tslab's own display works", () => {
    assert.deepEqual(ofKind(step('tslab'), 'display_data')[0].data, { 'text/html': '<i>x</i>' });
  });

  test('a displayable value says how it is shown', () => {
    assert.deepEqual(result('displayable'), { 'text/plain': 'own', 'text/markdown': '*own*' });
    assert.equal(result('empty'), undefined);
    assert.equal(result('nothing'), undefined);
  });

  test('plain values print as Node prints them', () => {
    assert.deepEqual(result('number'), { 'text/plain': '0.3333333333333333' });
    assert.deepEqual(result('string'), { 'text/plain': '"it\'s"' });
    assert.deepEqual(result('object'), { 'text/plain': '{\n  a: {\n    b: { c: { d: [ 1, 2 ] } }\n  }\n}' });
    assert.deepEqual(result('promise'), { 'text/plain': 'Promise { <pending> }' });
  });

  test('tables of danfo.js and polars', () => {
    const danfo = result('danfo')!;
    assert.match(danfo['text/html'], /<th>9<\/th><td>3<\/td><td>&lt;9&gt;<\/td><\/tr><tr><th>…<\/th>/);
    assert.match(danfo['text/html'], /<p>30 rows × 2 columns<\/p>/);
    assert.match(danfo['text/plain'], /\n +1 +0\.333333 +<1>\n/);
    assert.match(result('danfoSeries')!['text/plain'], /3 rows × 1 column$/);
    assert.match(result('polars')!['text/html'], /<td>2<\/td><td>y<\/td><\/tr><tr><td>null<\/td><td>z<\/td>/);
    assert.match(result('polarsSeries')!['text/plain'], /^numbers\nFloat64\n +1\n +2\n/);
  });

  test('tensors and models', () => {
    assert.deepEqual(result('tensor'), { 'text/plain': 'Tensor [2, 2] float32\n[[1, 2],\n [3, 4]]' });
    assert.equal(streamed(step('nested')), '{ t: Tensor [2, 3] float32 } Tensor [2] float32\n[0, 0]\n');
    assert.deepEqual(result('disposed'), { 'text/plain': 'Tensor [2] float32 (disposed)' });
    assert.match(result('model')!['text/plain'], /Total params: 8/);
  });

  test("native output is shown without TensorFlow's log lines", () => {
    assert.equal(streamed(step('native'), 'stderr'), 'native error\n');
    assert.equal(streamed(step('native')), 'child\n');
    for (const { messages } of outcome.steps)
      for (const { content } of messages)
        assert.doesNotMatch(content.text ?? '', /absl::InitializeLog|cpu_feature_guard|oneDNN/);
  });
});
