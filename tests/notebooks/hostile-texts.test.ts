/** Texts of strangers: no function of scripts/ that searches them takes longer than their length explains. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';

test('no text makes a search look again and again at the rest of it', () => {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', path.join(__dirname, 'fixtures/hostile-texts.ts')],
    { encoding: 'utf8', timeout: 600_000 }, // a search without end, apart
  );
  assert.match(stdout, /^end$/m, stderr);
});
