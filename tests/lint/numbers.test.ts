import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Lesson } from '../../scripts/lint/lesson/lesson';
import { literalsIn, numbers, quantitiesIn, rounds } from '../../scripts/lint/lesson/numbers';

const found = (text: string) => quantitiesIn(text).map((quantity) => quantity.text);

describe('quantitiesIn', () => {
  test('finds numbers with units, and decimals', () => {
    assert.deepEqual(
      found('It takes 31 ms, 4.9 s or 12 minutes, and 640 MB; 98 % of it is 5× faster, with an MSE of .0042.'),
      ['31 ms', '4.9 s', '12 minutes', '640 MB', '98 %', '5×', '.0042'],
    );
    assert.deepEqual(found('From 1,234.5 to −0.5.'), ['1,234.5', '−0.5']);
  });

  test('leaves counts, code, formulas, versions, links, quotations and products alone', () => {
    for (const text of [
      'two layers of 50 units, 10,400 weights',
      'a loss of `0.42` and ```\n0.5 s\n```',
      'where $\\beta = 0.9$ and $$ 0.1 $$',
      'Python 3.11, TensorFlow 2.21, tfjs 4.22, § 2.1',
      '[next](x-0.5.html) ![1.5 s](a.png)',
      'The source says "5 min on a CPU".',
      '3 × 64 biases',
      '1. first\n2. second',
      '## 0.5 s later',
      '<!-- 0.5 s -->',
      '127.0.0.1 and 2024-01-02',
    ]) {
      assert.deepEqual(found(text), [], text);
    }
  });
});

describe('rounds', () => {
  const written = (text: string) => quantitiesIn(text)[0];

  test('a number is a value rounded to the decimals that it shows', () => {
    assert.ok(rounds(0.8512, written('85.1 %')));
    assert.ok(rounds(0.8512, written('.85 s')));
    assert.ok(!rounds(0.8512, written('85.2 %')));
    assert.ok(rounds(0.0305, written('30.5 ms')));
    assert.ok(rounds(723, written('12.05 minutes')));
    assert.ok(!rounds(0.3, written('0.0 s')));
  });
});

test('literalsIn reads the numbers of code', () => {
  assert.deepEqual(
    literalsIn('fit({ lr: 1e-3, n: 10_000, drop: .5, lstm50: x2, f: 0.25 })'),
    [0.001, 10000, 0.5, 0.25],
  );
});

test('a number of the prose is backed by the literal that it is, not by one near it', () => {
  const bare = (prose: string, code: string) => {
    const lesson = {
      file: 'notebooks/02-x.ipynb',
      name: '02-x.ipynb',
      number: '02',
      isSolution: false,
      notebook: {
        cells: [
          { cell_type: 'markdown', metadata: {}, source: '# 02 · X' },
          { cell_type: 'markdown', metadata: {}, source: prose },
          { cell_type: 'code', metadata: {}, source: code, outputs: [] },
        ],
        metadata: { lstm_lab: {} },
      },
      claims: { lessons: {}, claims: {} },
    } as unknown as Lesson;
    return numbers(lesson).length > 0;
  };
  assert.ok(!bare('It stops after 20 s.', 'wait(20)'));
  for (const near of ['19', '21', '19.5', '20.4', '200', '2', '.2'])
    assert.ok(bare('It stops after 20 s.', `wait(${near})`), near);
  assert.ok(!bare('A share of 20 %.', 'split(0.2)'));
  for (const near of ['0.21', '0.195', '0.3', '2']) assert.ok(bare('A share of 20 %.', `split(${near})`), near);
  assert.ok(bare('A rate of 0.25.', 'rate(0.251)'));
  assert.ok(bare('It takes 0.2 s.', 'wait(20)'), 'only a share is a hundredth of what is written');
});
