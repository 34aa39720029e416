import { after, before, beforeEach, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { claim, formatValue, ordering, readClaims, sourcesTable } from '../../lib/course';
import type { MimeBundle } from '../../lib/notebook';
import { readProfile } from '../../lib/course/profile';

const home = process.cwd();
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'claims-'));
const host = Symbol.for('lstm-lab.notebook');
let shown: MimeBundle[];

const ours = { lesson: '03', text: '', source: null, format: 'fixed:2', unit: '', verdict: 'ours' };
const claims = {
  lessons: { '02': { title: 'counts', budget: {} }, '03': { title: 'sine', budget: {} } },
  claims: {
    'params.lstm50': {
      lesson: '02',
      text: 'an LSTM(50) on one input learns this many numbers',
      source: { ref: '000 §3', value: '10,400' },
      format: 'integer',
      unit: '',
      quick: [10400, 10400],
      full: [10400, 10400],
      verdict: 'holds',
    },
    'sine.mse': {
      lesson: '03',
      text: 'test <MSE>',
      source: null,
      format: 'fixed:4',
      unit: '',
      quick: [0, 1],
      full: [0.001, 0.01],
      verdict: 'ours',
    },
    'sine.order': {
      lesson: '03',
      text: 'error of the LSTM minus that of the SimpleRNN',
      source: null,
      format: 'fixed:2',
      unit: '',
      states: { order: 'below' },
      verdict: 'ours',
    },
    'sine.half': { ...ours, text: 'share of the belt', full: [0.1, 0.9], states: { atMost: 0.5 } },
    'sine.points': { ...ours, format: 'points', states: { order: 'alike' } },
  },
};

before(() => {
  fs.mkdirSync(path.join(folder, 'notebooks', 'deep'), { recursive: true });
  fs.writeFileSync(path.join(folder, 'notebooks', 'claims.json'), JSON.stringify(claims));
  process.chdir(path.join(folder, 'notebooks', 'deep'));
  (globalThis as Record<symbol, unknown>)[host] = {
    display: (bundle: MimeBundle) => (shown.push(bundle), { update: () => {} }),
    signal: new AbortController().signal,
  };
});
beforeEach(() => {
  shown = [];
});
after(() => {
  process.chdir(home);
  fs.rmSync(folder, { recursive: true });
  delete (globalThis as Record<symbol, unknown>)[host];
});

describe('claim', () => {
  test('shows the value with its source, reports it, and returns nothing to show twice', () => {
    assert.equal(claim('params.lstm50', 10400), undefined);
    assert.equal(shown.length, 1);
    assert.equal(shown[0]['text/plain'], 'params.lstm50 = 10,400 ✓ (source 000 §3: 10,400)');
    assert.match(String(shown[0]['text/html']), /<b>10,400<\/b>/);
    assert.deepEqual(shown[0]['application/vnd.lstm-lab.claim+json'], {
      id: 'params.lstm50',
      value: 10400,
      ok: true,
      profile: 'full',
    });
  });

  test('outside its range says so, with the range', () => {
    claim('sine.mse', 0.5);
    assert.equal(shown[0]['text/plain'], 'sine.mse = 0.5000 ✗ (allowed: 0.0010 to 0.0100)');
    assert.equal((shown[0]['application/vnd.lstm-lab.claim+json'] as { ok: boolean }).ok, false);
    assert.doesNotMatch(String(shown[0]['text/html']), /<MSE>/);
  });

  test('refuses an unknown id and offers the nearest', () => {
    assert.throws(() => claim('params.lstm5', 1), /no such claim; did you mean "params\.lstm50"\?/);
    assert.throws(() => claim('toString', 1), /no such claim/);
  });

  test('refuses what is no finite number', () => {
    assert.throws(() => claim('sine.mse', NaN), /finite number, and this is NaN/);
    assert.throws(() => claim('sine.mse', '3' as never), /this is a string/);
    assert.equal(shown.length, 0);
  });

  test('sees an edited claims.json at once, and says when it is broken', () => {
    const file = path.join(folder, 'notebooks', 'claims.json');
    const whole = fs.readFileSync(file);
    fs.writeFileSync(file, '{ "claims": ');
    fs.utimesSync(file, new Date(), new Date(Date.now() + 2000));
    assert.throws(() => readClaims(), /is not valid JSON/);
    fs.writeFileSync(file, whole);
    fs.utimesSync(file, new Date(), new Date(Date.now() + 4000));
    assert.equal(Object.keys(readClaims().claims).length, 5);
  });
});

describe('what a sentence states', () => {
  const lower = [1, 1.1, 0.9, 1.05, 0.95];
  const higher = [2, 2.1, 1.9, 2.05, 1.95];
  const text = () => String(shown.at(-1)!['text/plain']);

  test('an order holds beyond two standard errors, and swapping the groups makes it false', () => {
    ordering('sine.order', lower, higher);
    assert.equal(text(), 'sine.order = -1.00 ± 0.05 ✓');
    ordering('sine.order', higher, lower);
    assert.equal(text(), 'sine.order = 1.00 ± 0.05 ✗ (allowed: below 0 by more than 2 standard errors)');
  });

  test('a difference within two standard errors is no order, and an order is not alike', () => {
    ordering('sine.order', [1, 2, 3], [1.1, 2.1, 3.1]);
    assert.match(text(), /✗/);
    ordering('sine.points', [0.81, 0.82, 0.83], [0.82, 0.81, 0.83]);
    assert.equal(text(), 'sine.points = 0.0 points ± 0.8 points ✓');
    ordering('sine.points', [0.91, 0.92, 0.93], [0.82, 0.81, 0.83]);
    assert.match(text(), /^sine.points = \+10.0 points ± 0.8 points ✗/);
  });

  test('paired values and relative differences', () => {
    ordering('sine.order', [1, 2, 3], [1.1, 2.1, 3.1], { paired: true });
    assert.match(text(), /^sine.order = -0.10 ± 0.00 ✓/);
    ordering('sine.order', lower, higher, { relative: true });
    assert.match(text(), /^sine.order = -0.50 ± 0.03 ✓/);
  });

  test('a bound narrows the range', () => {
    claim('sine.half', 0.5);
    assert.match(text(), /✓/);
    claim('sine.half', 0.51);
    assert.equal(text(), 'sine.half = 0.51 ✗ (allowed: 0.10 to 0.50)');
  });

  test('an order needs two groups of three, and a claim without one takes one number', () => {
    assert.throws(() => ordering('sine.order', [1, 2], higher), /2 and 5 values; three or more/);
    assert.throws(() => ordering('sine.mse', lower, higher), /states no order/);
    assert.throws(() => claim('sine.order', 1), /needs both groups/);
  });
});

test('sourcesTable holds the claims that have a source, with what was measured', () => {
  claim('params.lstm50', 10400);
  assert.deepEqual(sourcesTable('02').rows, [
    ['000 §3', 'an LSTM(50) on one input learns this many numbers: 10,400', '10,400', 'holds'],
  ]);
  claim('params.lstm50', 10401);
  assert.match(String(sourcesTable().rows[0][3]), /^✗/);
  assert.deepEqual(sourcesTable('03').rows, []);
  assert.throws(() => sourcesTable('99'), /knows the lessons 02, 03/);
});

test('formatValue writes each format', () => {
  assert.equal(formatValue(10400, 'integer'), '10,400');
  assert.equal(formatValue(0.8523, 'percent'), '85.2 %');
  assert.equal(formatValue(0.8523, 'percent:0'), '85 %');
  assert.equal(formatValue(0.0223, 'points'), '+2.2 points');
  assert.equal(formatValue(-0.0223, 'points:0'), '-2 points');
  assert.equal(formatValue(0.0223, 'spread'), '2.2 points');
  assert.equal(formatValue(2.5, 'fixed:2', 'ms'), '2.50 ms');
  assert.equal(formatValue(0.0109123, 'sig:3'), '0.0109');
  assert.equal(formatValue(12.34, 'seconds'), '12.3 s');
  assert.throws(() => formatValue(1, 'roman'), /no format of a claim/);
});

test('the profile is quick or full, nothing else', () => {
  assert.equal(readProfile(undefined), 'full');
  assert.equal(readProfile('quick'), 'quick');
  assert.throws(() => readProfile('fast'), /must be "quick" or "full"/);
});
