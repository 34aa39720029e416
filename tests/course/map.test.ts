/** Whoever looks for a lesson finds it: the map of lesson 00 and the table of the README lead to every one. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

const root = path.join(__dirname, '..', '..');
const lessons = readdirSync(path.join(root, 'notebooks')).filter((file) => /^\d\d[a-z]?-.*\.ipynb$/.test(file));
const rowsOf = (file: string, folder: string): string[] =>
  [...readFileSync(path.join(root, file), 'utf8').matchAll(/\]\(([^()]*\.ipynb)\) \|/g)]
    .map((match) => match[1])
    .filter((target) => target.startsWith(folder))
    .map((target) => target.slice(folder.length));

test('every lesson stands in the map of lesson 00 and in the table of the README, in order', () => {
  assert.deepEqual(rowsOf('notebooks/00-start-here.ipynb', ''), lessons);
  assert.deepEqual(rowsOf('README.md', 'notebooks/'), lessons);
});
