/** Flags that never reach a command, because npm takes them for its own. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { npmCommand } from '../../lib/build-native/npm.mjs';
import { keptByNpm } from '../../scripts/npm-flags.mjs';

const root = path.resolve(__dirname, '../..');
const flags = ['check', 'no-epoch', 'json', 'jobs'];
const typed = (env: Record<string, string>) => keptByNpm('npm start', flags, { npm_lifecycle_event: 'start', ...env });

describe('a flag that npm has kept', () => {
  test('is named, with the way to give it', () => {
    assert.equal(
      typed({ npm_config_check: 'true' }),
      "npm has kept --check for itself. Flags stand behind two dashes: `npm start -- --check`; in PowerShell in quotation marks, `npm start '--' --check`.",
    );
    assert.match(typed({ npm_config_epoch: '', npm_config_check: 'true' })!, /--check and --no-epoch/);
  });

  test('is none when nobody gave it, when npm knows it, and where npm has not started the command', () => {
    assert.equal(typed({}), undefined);
    assert.equal(typed({ npm_config_json: 'true', npm_config_epoch: '7', npm_config_jobs: 'max' }), undefined);
    assert.equal(keptByNpm('npm start', flags, { npm_config_check: 'true' }), undefined);
  });
});

describe('npm itself', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'npm-flags-'));
  after(() => fs.rmSync(folder, { recursive: true }));
  const url = pathToFileURL(path.join(root, 'scripts/npm-flags.mjs'));
  fs.writeFileSync(
    path.join(folder, 'a.mjs'),
    `import { keptByNpm } from '${url}'; console.log(keptByNpm('npm start', ['check', 'profile', 'no-epoch']), process.argv.length);`,
  );
  fs.writeFileSync(path.join(folder, 'package.json'), '{ "scripts": { "start": "node a.mjs" } }');
  const start = (...args: string[]) => {
    const [npm, ...first] = npmCommand();
    return spawnSync(npm, [...first, 'start', '--silent', ...args], { cwd: folder, encoding: 'utf8' }).stdout.trim();
  };

  test('hands on what stands behind two dashes, and keeps the rest as we take it to', () => {
    assert.equal(start('--', '--check'), 'undefined 3');
    assert.match(start('--check'), /^npm has kept --check for itself.* 2$/);
    assert.match(start('--no-epoch'), /^npm has kept --no-epoch for itself.* 2$/);
    assert.match(start('--profile', 'quick'), /^npm has kept --profile for itself.* 3$/);
  });
});
