/** What the lessons store: facts of each lesson, and the values of claims as evidence. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { claim, evidence, lessonFacts } from '../../lib/course';
import { storedMeasurements } from '../../lib/course/lessons';

const home = process.cwd();
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lessons-'));
const common = { source: null, format: 'fixed:2', unit: '', full: [0, 9], verdict: 'holds' };
const claims = {
  lessons: { '01': { title: 'gates' }, '01b': { title: 'memory' }, '02': { title: 'counts' } },
  claims: {
    'gates.open': { ...common, lesson: '01', text: 'an open gate' },
    'gates.order': { ...common, lesson: '01', text: 'an order', states: { order: 'below' } },
    'counts.lstm': { ...common, lesson: '02', text: 'a count', format: 'integer' },
    'counts.none': { ...common, lesson: '02', text: 'never measured' },
  },
};
const report = (id: string, value: number, error?: number) => ({
  output_type: 'display_data',
  data: { 'application/vnd.lstm-lab.claim+json': { id, value, error, ok: true, profile: 'full' } },
});
const markdown = (source: string | string[]) => ({ cell_type: 'markdown', metadata: {}, source });
const code = (...outputs: object[]) => ({ cell_type: 'code', metadata: {}, source: 'claim()', outputs });
const notebooks: Record<string, object> = {
  '02-counts.ipynb': { cells: [code(report('counts.lstm', 10_400)), code()], metadata: {} },
  '01-gates.ipynb': {
    cells: [
      markdown([
        '# 01 · Gates\n',
        '\n',
        'Two words <!-- claim: gates.open --> and `code`, $x^2$ and [a link](to/it.md).',
      ]),
      code(report('gates.open', 0.1)),
      code(report('gates.open', 0.73), report('gates.order', -1.5, 0.25)),
      markdown('## Exercises\n\n**1. (warm-up)** Count.'),
      markdown('**2. (open)** Try.'),
    ],
    metadata: { lstm_lab: { costs: { full: { seconds: 40, megabytes: 900, cores: 2 } } } },
  },
  'no-lesson.ipynb': { cells: [code(report('counts.none', 1))], metadata: {} },
};

before(() => {
  fs.writeFileSync(path.join(folder, 'claims.json'), JSON.stringify(claims));
  for (const [file, content] of Object.entries(notebooks))
    fs.writeFileSync(path.join(folder, file), JSON.stringify(content));
  process.chdir(folder);
  (globalThis as Record<symbol, unknown>)[Symbol.for('lstm-lab.notebook')] = { display: () => ({ update: () => {} }) };
});
after(() => {
  process.chdir(home);
  fs.rmSync(folder, { recursive: true });
});

describe('lessonFacts', () => {
  test('counts words, cells and exercises, and has the stored cost, lesson by lesson', () => {
    assert.deepEqual(lessonFacts(), [
      // Gates, Two words and, and, and a link, Exercises, warm-up, Count, open, Try
      { lesson: '01', title: 'gates', words: 12, codeCells: 2, exercises: 2, seconds: 40, megabytes: 900, cores: 2 },
      { lesson: '02', title: 'counts', words: 0, codeCells: 2, exercises: 0 },
    ]);
  });
});

describe('evidence', () => {
  test('shows the last stored value of each claim, written as the claim wants it', () => {
    assert.deepEqual(evidence('counts.lstm', 'gates.open', 'gates.order').rows, [
      ['02', 'counts.lstm', 'a count', '10,400'],
      ['01', 'gates.open', 'an open gate', '0.73'],
      ['01', 'gates.order', 'an order', '-1.50 ± 0.25'],
    ]);
    assert.equal(storedMeasurements().has('counts.none'), false, 'a notebook that is no lesson');
  });

  test('what this session has measured goes before what is stored', () => {
    claim('gates.open', 0.5);
    assert.equal(evidence('gates.open').rows[0][3], '0.50');
  });

  test('refuses an id that nobody knows, and a claim without a value', () => {
    assert.throws(() => evidence('gates.opn'), /no such claim; did you mean "gates.open"\?/);
    assert.throws(() => evidence('counts.none'), /no value is stored; run lesson 02/);
  });
});
