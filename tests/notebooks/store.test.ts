import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, beforeEach, describe, test } from 'node:test';
import { claimsTable } from '../../scripts/notebooks/claims-table';
import { withSection } from '../../scripts/readme';
import { readNotebook, staleness, writeNotebook, type Notebook, type Output } from '../../scripts/notebooks/notebook';
import type { NotebookResult } from '../../scripts/notebooks/result';
import { measuredLine, stamp, store } from '../../scripts/notebooks/store';

const folder = mkdtempSync(path.join(tmpdir(), 'lstm-store-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const file = path.join(folder, '02-x.ipynb');

const lesson = (outputs: Output[] = []): Notebook => ({
  cells: [
    { cell_type: 'markdown', id: 'a', metadata: {}, source: '# 02 · X\n\n*Measured:* not yet\n\nMore.' },
    { cell_type: 'code', id: 'b', metadata: {}, source: '1 + 1', execution_count: 1, outputs },
  ],
  metadata: { kernelspec: { name: 'tslab' } },
  nbformat: 4,
  nbformat_minor: 5,
});
const text = (stdout: string): Output[] => [{ output_type: 'stream', name: 'stdout', text: stdout }];
const result = (profile: 'quick' | 'full', seconds = 12, megabytes = 637) =>
  ({ file, profile, seconds, megabytes }) as NotebookResult;
const stored = () => readNotebook(file).metadata.lstm_lab!;
const header = () => String((readNotebook(file).cells[0].source as string[])[2]);

describe('store', () => {
  beforeEach(() => writeNotebook(file, lesson()));

  test('keeps the outputs, what they cost, and the hashes that make them fresh', () => {
    assert.equal(store(result('full'), lesson(text('2\n'))), undefined);
    assert.equal(staleness(readNotebook(file)), undefined);
    assert.deepEqual(readNotebook(file).cells[1].outputs, [{ output_type: 'stream', name: 'stdout', text: ['2\n'] }]);
    const { profile, seconds, megabytes } = stored();
    assert.deepEqual({ profile, seconds, megabytes }, { profile: 'full', seconds: 12, megabytes: 640 });
    assert.match(header(), /^\*Measured:\* 12 s and 640 MB in full, on \d+ cores\.\n$/);
    assert.deepEqual(readdirSync(folder), ['02-x.ipynb'], 'no partial file is left');
  });

  test('a quick run adds its figures and leaves the outputs of a full run', () => {
    store(result('full'), lesson(text('full\n')));
    store(result('quick', 4.2, 300), lesson(text('quick\n')));
    assert.equal(stored().profile, 'full');
    assert.deepEqual(readNotebook(file).cells[1].outputs![0].text, ['full\n']);
    assert.match(header(), /^\*Measured:\* 12 s and 640 MB in full, 4 s quick, on \d+ cores\.\n$/);
    assert.equal(staleness(readNotebook(file)), undefined);
  });

  test('a quick run replaces the outputs of code that has changed since', () => {
    store(result('full'), lesson(text('full\n')));
    const changed = readNotebook(file);
    changed.cells[1].source = '1 + 2';
    writeNotebook(file, changed);
    store(result('quick'), lesson(text('quick\n')));
    assert.equal(stored().profile, 'quick');
    assert.deepEqual(readNotebook(file).cells[1].outputs![0].text, ['quick\n']);
  });

  test('a second run that costs about the same changes nothing in the file', () => {
    store(result('full'), lesson(text('2\n')));
    const before = readFileSync(file, 'utf8');
    store(result('full', 13.4, 610), lesson(text('2\n')));
    assert.equal(readFileSync(file, 'utf8'), before);
  });

  test('text that a carriage return or a colour code hides is not stored', () => {
    store(result('full'), lesson(text('epoch 1\repoch 2\r\n\u001b[31mred\u001b[39m\n')));
    assert.deepEqual(readNotebook(file).cells[1].outputs![0].text, ['epoch 2\n', 'red\n']);
  });

  test('an output with a path of this machine is refused, and the file stays as it was', () => {
    const before = readFileSync(file, 'utf8');
    assert.match(
      store(result('full'), lesson(text('read /tmp/a/b.csv')))!,
      /holds \/tmp\/a\/b\.csv, a path of this machine/,
    );
    assert.match(store(result('full'), lesson(text(`in ${process.cwd()}/data`)))!, /a path of this machine/);
    assert.equal(readFileSync(file, 'utf8'), before);
    assert.equal(store(result('full'), lesson(text('https://a.org/tmp/x and data/cache/b.csv'))), undefined);
  });
});

describe('stamp', () => {
  test('accepts changed prose, and nothing else', () => {
    writeNotebook(file, lesson());
    store(result('full'), lesson(text('2\n')));
    const edit = (change: (notebook: Notebook) => unknown) => {
      const notebook = readNotebook(file);
      change(notebook);
      writeNotebook(file, notebook);
    };
    edit((n) => (n.cells[0].source = '# 02 · Y\n\n*Measured:* soon'));
    assert.match(staleness(readNotebook(file))!, /prose/);
    assert.equal(stamp(file), undefined);
    assert.match(String(readNotebook(file).cells[0].source), /\*Measured:\* \d+ s and \d+ MB in full/);
    assert.equal(staleness(readNotebook(file)), undefined);
    edit((n) => (n.cells[1].outputs = text('3\n')));
    assert.match(stamp(file)!, /outputs were changed by hand/);
    edit((n) => (n.cells[1].source = '1 + 2'));
    assert.match(stamp(file)!, /code has changed/);
  });
});

test('measuredLine tells both profiles', () => {
  const cores = 2;
  assert.equal(measuredLine({ quick: { seconds: 5, megabytes: 300, cores } }), '5 s and 300 MB quick, on 2 cores.');
  const full = { seconds: 840, megabytes: 1200, cores };
  assert.equal(
    measuredLine({ full, quick: { seconds: 50, megabytes: 1, cores } }),
    '14 min and 1200 MB in full, 50 s quick, on 2 cores.',
  );
});

describe('the table of claims', () => {
  const claim = { lesson: '02', text: 'LSTM(50)', format: 'integer', unit: '', verdict: 'holds' };
  const range: [number, number] = [0, 1e6];
  const claims = {
    a: { ...claim, source: { ref: '000 §3', value: '10,400' }, quick: range, full: range },
    b: { ...claim, text: 'ours', source: null, quick: range, full: range },
    c: { ...claim, text: 'x | y', source: { ref: '001', value: '1' }, quick: range, full: range },
  };
  const budget = { seconds: 1, megabytes: 1 };
  const lessons = { '02': { title: 'Counts', budget: { quick: budget, full: budget } } };
  const measured = new Map([['a', { id: 'a', value: 10400, ok: true, profile: 'full' as const }]]);

  test('has a row for each claim with a source', () => {
    const rows = claimsTable({ lessons, claims }, measured).split('\n').slice(2);
    assert.deepEqual(rows, [
      '| 02 Counts | LSTM(50): 10,400 | 000 §3 | 10,400 | holds |',
      '| 02 Counts | x \\| y: 1 | 001 | not measured yet | holds |',
    ]);
  });

  test('replaces what is between the markers', () => {
    const readme = 'before\n<!-- claims:start -->\nold\n<!-- claims:end -->\nafter';
    const next = withSection(readme, 'claims', 'new');
    assert.equal(next, 'before\n<!-- claims:start -->\n\nnew\n\n<!-- claims:end -->\nafter');
    assert.equal(withSection(next, 'claims', 'new'), next);
    assert.throws(() => withSection('no markers', 'claims', 'new'), /README\.md has no/);
  });
});
