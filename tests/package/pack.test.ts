/** The ways of packing, in a copy of the repository: each gives the same files, and none leaves a trace. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { npmCommand } from '../../lib/build-native/npm.mjs';

interface Packed {
  name: string;
  files: { path: string; size: number }[];
}

const root = path.resolve(__dirname, '../..');
const copy = mkdtempSync(path.join(tmpdir(), 'lstm-pack-'));
const manifest = path.join(copy, 'lib/package.json');
const whole = readFileSync(path.join(root, 'lib/package.json'), 'utf8');
after(() => rmSync(copy, { recursive: true, force: true }));

before(() => {
  mkdirSync(path.join(copy, '.cache/setup'), { recursive: true });
  const parts = ['package.json', 'package-lock.json', 'tsconfig.json', '.npmrc', 'lib', 'scripts'];
  for (const part of [...parts, '.cache/setup/lib.json'])
    cpSync(path.join(root, part), path.join(copy, part), { recursive: true });
  symlinkSync(path.join(root, 'node_modules'), path.join(copy, 'node_modules'), 'junction');
});

function npm(...args: string[]): Packed[] {
  const [program, ...first] = npmCommand();
  const { status, stdout, stderr } = spawnSync(program, [...first, ...args, '--json', '--dry-run'], {
    cwd: copy,
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout.slice(stdout.indexOf('['))) as Packed[];
}

const names = ([{ files }]: Packed[]) => files.map((file) => file.path).sort();

test('npm packs the folder lib itself to the same files as `npm run pack`, and both leave the repository as it was', () => {
  const ofCopy = names(npm('run', '--silent', 'pack', '--'));
  assert.ok(ofCopy.includes('dist/library.js') && ofCopy.includes('browser/dist/lstm-lab.js'), ofCopy.join(' '));
  assert.deepEqual(
    ofCopy.filter((file) => /^dist\/(course|index)/.test(file)),
    [],
  );
  assert.deepEqual(names(npm('pack', '-w', 'lib', '--ignore-scripts=false')), ofCopy);
  assert.equal(readFileSync(manifest, 'utf8'), whole);
  assert.ok(!existsSync(path.join(copy, '.cache/package')));
});

test("without scripts npm packs the repository's root, whole but for the exercises", () => {
  const packed = names(npm('pack', '-w', 'lib'));
  for (const file of ['dist/index.js', 'dist/library.js', 'dist/course/index.js'])
    assert.ok(packed.includes(file), file);
  assert.deepEqual(
    packed.filter((file) => file.startsWith('dist/course/exercises')),
    [],
  );
});

test('what an interrupted pack leaves behind is mended by the next one', () => {
  const hook = path.join(copy, 'scripts/package/prepack.mjs');
  assert.equal(spawnSync(process.execPath, [hook], { cwd: copy }).status, 0);
  assert.match(readFileSync(manifest, 'utf8'), /"main": "dist\/library\.js"/);
  mkdirSync(path.join(copy, '.cache/package/dist/left'), { recursive: true });
  writeFileSync(path.join(copy, '.cache/package/dist/left/behind.js'), '');
  const packed = names(npm('run', '--silent', 'pack', '--'));
  assert.ok(packed.includes('dist/library.js') && !packed.includes('dist/left/behind.js'));
  assert.equal(readFileSync(manifest, 'utf8'), whole);
});
