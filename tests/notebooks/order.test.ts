import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { writeNotebook, type Notebook } from '../../scripts/notebooks/notebook';
import { longestFirst } from '../../scripts/notebooks/run';

const folder = mkdtempSync(path.join(tmpdir(), 'lstm-order-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function notebook(name: string, costs?: Record<string, { seconds: number; megabytes: number; cores: number }>): string {
  const file = path.join(folder, `${name}.ipynb`);
  const metadata = costs ? { lstm_lab: { costs } } : {};
  writeNotebook(file, { cells: [], metadata, nbformat: 4, nbformat_minor: 5 } as unknown as Notebook);
  return file;
}
const cost = (seconds: number) => ({ seconds, megabytes: 1, cores: 2 });

test('of several notebooks at a time the longest begins first, and before it one whose time nobody knows', () => {
  const broken = path.join(folder, 'broken.ipynb');
  writeFileSync(broken, '{');
  const files = [
    notebook('short', { full: cost(5) }),
    broken,
    notebook('long', { full: cost(100), quick: cost(1) }),
    notebook('new'),
    notebook('middle', { full: cost(50), quick: cost(20) }),
  ];
  assert.deepEqual(longestFirst(files, 'full'), [3, 2, 4, 0, 1]);
  assert.deepEqual(longestFirst(files, 'quick'), [3, 4, 0, 2, 1]);
});
