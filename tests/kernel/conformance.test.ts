/** The protocol, by the tests that Jupyter has for every kernel (jupyter_kernel_test on PyPI). */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { jupyterPath, missing, runPython } from './kernel';

/** Every test of the class; "pager" has no meaning here: what `code_page_something` asks for is IPython's `?`. */
const expected = [
  'clear_output',
  'completion',
  'display_data',
  'error',
  'execute_result',
  'execute_stderr',
  'execute_stdout',
  'history',
  'inspect',
  'is_complete',
  'kernel_info',
];

describe("Jupyter's own tests of kernels", { skip: missing }, () => {
  let jupyter: string;
  let log: string;

  before(async () => {
    jupyter = jupyterPath();
    const { stdout, stderr } = await runPython(
      ['-m', 'unittest', '-v', 'conformance.TypeScript'],
      { JUPYTER_PATH: jupyter, PYTHONDONTWRITEBYTECODE: '1' },
      __dirname,
    );
    log = stdout + stderr;
  });
  after(() => fs.rmSync(jupyter, { recursive: true }));

  for (const name of expected)
    test(name, () => assert.match(log, new RegExp(`^test_${name} \\(.*\\).* \\.\\.\\. ok$`, 'm'), log));

  test('only the pager is left out', () => {
    const skipped = [...log.matchAll(/^test_(\w+) .* \.\.\. skipped/gm)].map(([, name]) => name);
    assert.deepEqual(skipped, ['pager']);
  });
});
