import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { checkFileNames, judgeName } from '../../scripts/lint/file-names';

describe('the names of files', () => {
  for (const name of ['lstm.ts', 'early-stopping.test.ts', '01b.ts', 'main.mjs', 'adam_ops.cc', 'globals.d.ts'])
    test(`${name} is right`, () => assert.equal(judgeName(name), undefined));

  const wrong = { 'earlyStopping.ts': 'early-stopping.ts', 'word_vectors.ts': 'word-vectors.ts', 'LSTM.ts': 'lstm.ts' };
  for (const [name, better] of Object.entries(wrong))
    test(`${name} should be ${better}`, () => assert.ok(judgeName(name)?.endsWith(better)));

  test('are checked in all rooms, but not in what a build made', () => {
    const root = mkdtempSync(path.join(tmpdir(), 'lstm-names-'));
    for (const folder of ['lib/text', 'lib/dist', 'scripts', 'tests'])
      mkdirSync(path.join(root, folder), { recursive: true });
    for (const file of ['lib/text/wordVectors.ts', 'lib/dist/oldName.js', 'tests/a-b.test.ts'])
      writeFileSync(path.join(root, file), '');
    assert.deepEqual(
      checkFileNames(root).map(({ file }) => file),
      ['lib/text/wordVectors.ts'],
    );
    rmSync(root, { recursive: true });
  });
});
