/** The reporter of npm test counts each test once, and shows what failed and nothing else. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';

const folder = mkdtempSync(path.join(tmpdir(), 'lstm-reporter-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const root = path.resolve(__dirname, '../..');

function run(...fixtures: string[]) {
  const counts = path.join(folder, 'counts.json');
  const { NODE_TEST_CONTEXT: _, ...env } = process.env; // or the inner runner would report to the outer one
  const { stdout } = spawnSync(
    process.execPath,
    [
      '--import',
      'tsx',
      '--test',
      `--test-reporter=${path.join(root, 'scripts/test/reporter.mjs')}`,
      ...fixtures.map((name) => path.join(__dirname, 'fixtures', name)),
    ],
    { cwd: root, encoding: 'utf8', env: { ...env, LSTM_TEST_REPORT: counts } },
  );
  return { stdout, counts: JSON.parse(readFileSync(counts, 'utf8')) as object };
}

test('tests are counted once each, whatever they are in', () => {
  const { stdout, counts } = run('mixed.ts');
  assert.deepEqual(counts, {
    passed: 1,
    failed: 2,
    skipped: ['tests/test/fixtures/mixed.ts · is skipped: for a reason'],
  });
  assert.match(stdout, /^✗ tests\/test\/fixtures\/mixed\.ts · fails\n {4}AssertionError/m);
  assert.match(stdout, /^✗ tests\/test\/fixtures\/mixed\.ts · a child fails\n {4}Error: from the child/m);
  assert.equal(stdout.match(/✗/g)!.length, 2);
});

test('a file that cannot be loaded is one failure, with what it said', () => {
  const { stdout, counts } = run('crash.ts');
  assert.deepEqual(counts, { passed: 0, failed: 1, skipped: [] });
  assert.match(
    stdout,
    /^✗ tests\/test\/fixtures\/crash\.ts\n {4}The file failed as a whole\.\n[\s\S]*Error: while loading/m,
  );
});
