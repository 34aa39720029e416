import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { python } from '../../lib/course';

test('a Python of the course is found by its modules, and none by those that nobody has', () => {
  const found = python('json', 'jupyterlab');
  assert.ok(found, 'the course has a Python with JupyterLab');
  const { stdout } = spawnSync(found, ['-c', 'import jupyterlab, sys; print(sys.prefix)'], { encoding: 'utf8' });
  assert.match(stdout, /\.venv\s*$/);
  assert.equal(python('json', 'a_module_that_nobody_has'), undefined);
});
