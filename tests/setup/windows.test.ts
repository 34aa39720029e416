/** Set-up as Windows would have it: a clone in `C:\Users\Jo Doe\lstm course`, looked at through `path.win32`. Nothing of it runs there. */
import assert from 'node:assert/strict';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { describe, test } from 'node:test';
import { signalsOf } from '../../scripts/interruption.mjs';
import { sweep } from '../../scripts/notebooks/executor';
import { compilerPart, framesPart } from '../../scripts/setup/diagnosis.mjs';
import { explain } from '../../scripts/setup/failure.mjs';
import { askToStop } from '../../scripts/setup/jupyter.mjs';
import { pythonCandidates, which } from '../../lib/build-native/python.mjs';
import { venvPython } from '../../scripts/setup/python.mjs';
import { kernelSpec } from '../../scripts/setup/steps/kernel-spec.mjs';
import { isSameFolder } from '../../scripts/setup/steps/python-environment.mjs';
import { npmCommand } from '../../lib/build-native/npm.mjs';
import { whyWithout } from '../../scripts/setup/steps/tensorflow-binding.mjs';

const root = 'C:\\Users\\Jo Doe\\lstm course';
const node = 'C:\\Program Files\\nodejs\\node.exe';
const npm = 'C:\\Program Files\\nodejs\\node_modules\\npm\\bin\\npm-cli.js';
const windows = { platform: 'win32', path: path.win32 };

/** A machine that holds these programs. */
const machine = (files: string[], PATH: string[], more: Record<string, string> = {}) => ({
  ...windows,
  env: { PATH: PATH.join(';'), ...more },
  isProgram: (file: string) => files.includes(file),
});

describe('programs on the PATH', () => {
  const uv = 'C:\\Users\\Jo Doe\\.local\\bin\\uv.exe';

  test('have their ending, and folders may stand in quotation marks', () => {
    assert.equal(which('uv', machine([uv], ['C:\\Windows', 'C:\\Users\\Jo Doe\\.local\\bin'])), uv);
    assert.equal(which('uv', machine([uv], ['"C:\\Users\\Jo Doe\\.local\\bin"'])), uv);
  });

  test('are none that Node starts only by a shell', () => {
    const shims = ['C:\\shims\\uv.cmd', 'C:\\shims\\uv.bat', 'C:\\shims\\uv'];
    assert.equal(which('uv', machine(shims, ['C:\\shims'])), undefined);
  });

  test('elsewhere have none', () => {
    const on = {
      platform: 'linux',
      path: path.posix,
      env: { PATH: '/opt/a:/usr/bin' },
      isProgram: (f: string) => f === '/usr/bin/uv',
    };
    assert.equal(which('uv', on), '/usr/bin/uv');
  });
});

describe('Python', () => {
  const py = 'C:\\Windows\\py.exe';
  const store = 'C:\\Users\\Jo Doe\\AppData\\Local\\Microsoft\\WindowsApps';

  test('is looked for by the launcher before the stand-in of the Microsoft Store', () => {
    const found = pythonCandidates(machine([py, `${store}\\python.exe`], ['C:\\Windows', store]));
    assert.deepEqual(found.at(0), [py, '-3.13']);
    assert.deepEqual(found.at(-1), [`${store}\\python.exe`]);
    assert.deepEqual(pythonCandidates(machine([`${store}\\python.exe`], [store])), [[`${store}\\python.exe`]]);
  });

  test('is the one that LSTM_LAB_PYTHON names', () => {
    const chosen = 'D:\\Python 3.12\\python.exe';
    assert.deepEqual(pythonCandidates(machine([py], ['C:\\Windows'], { LSTM_LAB_PYTHON: chosen })), [[chosen]]);
  });

  test('of the project lies in Scripts', () => {
    assert.equal(venvPython(root, windows), `${root}\\.venv\\Scripts\\python.exe`);
    assert.equal(venvPython('/course', { platform: 'linux', path: path.posix }), '/course/.venv/bin/python');
  });
});

test('an environment stays when only the letter of the drive is written in another way', () => {
  const course = 'C:\\Users\\Jo\\course';
  assert.ok(isSameFolder(course, 'c:\\Users\\Jo\\course', windows));
  assert.ok(!isSameFolder(course, 'D:\\Users\\Jo\\course', windows));
  assert.ok(!isSameFolder('/home/jo/Course', '/home/jo/course', { platform: 'linux' }));
});

describe('npm', () => {
  const on = (files: string[], env: Record<string, string> = {}) => ({
    ...windows,
    env,
    node,
    exists: (file: string) => files.includes(file),
  });

  test('is run by Node: npm.cmd would be refused', () => {
    assert.deepEqual(npmCommand(on([npm])), [node, npm]);
    const own = 'D:\\npm\\bin\\npm-cli.js';
    assert.deepEqual(npmCommand(on([npm, own], { npm_execpath: own })), [node, own]);
  });

  test('is found beside npm.cmd where Node came without it', () => {
    const roaming = 'C:\\Users\\Jo Doe\\AppData\\Roaming\\npm';
    const script = `${roaming}\\node_modules\\npm\\bin\\npm-cli.js`;
    assert.deepEqual(npmCommand(on([script], { PATH: `C:\\Windows;${roaming}` })), [node, script]);
  });

  test('that is nowhere is a sentence', () => {
    assert.throws(
      () => npmCommand(on([])),
      /npm was found neither beside C:\\Program Files\\nodejs\\node\.exe nor on the PATH/,
    );
    assert.deepEqual(npmCommand({ ...on([]), platform: 'linux', path: path.posix, node: '/usr/bin/node' }), ['npm']);
  });

  test('of another package manager is not taken for it', () => {
    assert.deepEqual(npmCommand(on([npm, 'C:\\pnpm\\pnpm.cjs'], { npm_execpath: 'C:\\pnpm\\pnpm.cjs' })), [node, npm]);
  });
});

test('the kernel spec has paths of Windows, and interrupts by a message', () => {
  const spec = kernelSpec(root, { path: path.win32, node });
  assert.deepEqual(spec.argv, [node, `${root}\\scripts\\kernel\\dist\\main.js`, '{connection_file}']);
  assert.equal(spec.interrupt_mode, 'message');
});

test('TensorFlow is not built, no compiler is asked for, and the reason is a sentence', () => {
  assert.equal(whyWithout({ root }, { platform: 'win32' }), 'it is not built on Windows; in WSL2 it is');
  assert.equal(compilerPart({ platform: 'win32' }), undefined);
  assert.ok(compilerPart({ platform: 'linux' }));
});

test('data frames that do not load on a new Windows are told with their cure', () => {
  const words =
    'Error: The specified module could not be found.\n\\\\?\\C:\\course\\node_modules\\nodejs-polars-win32-x64-msvc\\nodejs-polars.win32-x64-msvc.node';
  const part = framesPart({ root }, windows, () => words)!;
  assert.equal(part.state, 'error');
  assert.match(part.detail!, /^nodejs-polars does not load: a package in machine code lacks a library of Microsoft/);
  assert.match(part.cure!, /Visual C\+\+ Redistributable/);
  assert.equal(framesPart({ root }, windows, () => undefined)?.state, 'ok');
  assert.equal(
    framesPart({ root }, { platform: 'linux' }, () => assert.fail('asked elsewhere')),
    undefined,
  );
});

test('a file that another program holds is no matter of chown', () => {
  const said = (output: string, platform: string) => explain(output, { cause: '?', cure: '?' }, { platform });
  for (const output of [
    "EPERM: operation not permitted, unlink 'C:\\x\\y.node'",
    'EBUSY: resource busy or locked',
    '[WinError 32] The process cannot access the file because it is being used by another process',
    'failed to remove file `C:\\x\\python.exe`: Access is denied. (os error 5)',
  ]) {
    const { cause, cure } = said(output, 'win32');
    assert.match(cause, /another program has it open/, output);
    assert.doesNotMatch(cure, /sudo|chown/);
  }
  assert.match(said('EACCES: permission denied', 'linux').cure, /chown/);
  for (const output of ['ENAMETOOLONG: name too long', '[WinError 206] The filename or extension is too long'])
    assert.match(said(output, 'win32').cause, /longer than the system takes/);
});

test('Ctrl-Break ends a command in order as Ctrl-C does', () => {
  assert.deepEqual(signalsOf('win32'), ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK']);
  assert.deepEqual(signalsOf('linux'), ['SIGINT', 'SIGTERM', 'SIGHUP']);
});

describe('JupyterLab is stopped', () => {
  test('by its own interface, since a signal would leave its kernels behind', async () => {
    const asked: string[] = [];
    const server = http.createServer((request, response) => {
      asked.push(`${request.method} ${request.url} ${request.headers.authorization}`);
      response.statusCode = asked.length === 1 ? 503 : 200;
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const child = { kill: () => assert.fail('a signal was sent'), exitCode: null };
    await askToStop(child, `http://127.0.0.1:${port}`, 'abc', { platform: 'win32' });
    server.close();
    assert.deepEqual(asked, Array(2).fill('POST /api/shutdown token abc'), 'asked again when it was not ready');
  });

  test('elsewhere by a signal', async () => {
    const sent: string[] = [];
    const child = { kill: (signal: string) => sent.push(signal), exitCode: null };
    await askToStop(child, 'http://127.0.0.1:1', 'abc', { platform: 'linux' });
    assert.deepEqual(sent, ['SIGTERM']);
  });
});

test('the number of a kernel that has ended is not killed where another program may have it by then', () => {
  const ended: (number | undefined)[] = [];
  sweep(42, { platform: 'win32' }, (pid) => void ended.push(pid));
  assert.equal(ended.length, 0);
  sweep(42, { platform: 'linux' }, (pid) => void ended.push(pid));
  assert.deepEqual(ended, [42]);
});
