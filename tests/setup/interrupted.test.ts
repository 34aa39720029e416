/** A set-up that was killed at any moment of a step: the next one sees it and finishes. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { bindingState } from '../../scripts/setup/binding.mjs';
import { venvPython } from '../../scripts/setup/python.mjs';
import type { State } from '../../scripts/setup/run-steps.mjs';
import { digest, filesBelow, writeJson } from '../../lib/build-native/stamp.mjs';
import { compiledStep } from '../../scripts/setup/steps/compiled.mjs';
import { pythonEnvironmentStep } from '../../scripts/setup/steps/python-environment.mjs';
import { pythonPackagesStep } from '../../scripts/setup/steps/python-packages.mjs';
import { tensorflowBindingStep } from '../../scripts/setup/steps/tensorflow-binding.mjs';

const REPOSITORY = path.resolve(__dirname, '../..');
let root: string;
let scratch: string;

const write = (place: string, content: string, mode = 0o644) => {
  const file = path.join(root, place);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, content, { mode });
  return file;
};
const context = () => ({ root, scratch, gpu: undefined, retry: false, report: () => {}, log: { write: () => {} } });

beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'killed ünï-'));
  scratch = path.join(root, '.cache/setup');
});
afterEach(() => fs.rmSync(root, { recursive: true }));

/** Runs the steps of a set-up in a process of its own; `folder` of programs comes first in its PATH. */
function setUp(steps: string[], folder: string, more: NodeJS.ProcessEnv = {}) {
  const url = (place: string) => JSON.stringify(pathToFileURL(path.join(REPOSITORY, 'scripts/setup', place)).href);
  const program = `
    import { runSteps } from ${url('run-steps.mjs')};
    import { silentProgress } from ${url('progress.mjs')};
    import { pythonEnvironmentStep } from ${url('steps/python-environment.mjs')};
    import { pythonPackagesStep } from ${url('steps/python-packages.mjs')};
    const steps = { pythonEnvironmentStep, pythonPackagesStep };
    const context = { root: ${JSON.stringify(root)}, scratch: ${JSON.stringify(scratch)},
      log: { write() {} }, progress: silentProgress() };
    await runSteps(${JSON.stringify(steps)}.map((name) => steps[name]), context);`;
  const argv = ['--input-type=module', '-e', program];
  const env = {
    ...process.env,
    PATH: `${folder}:/usr/bin:/bin`,
    LSTM_LAB_PYTHON: path.join(folder, 'python3'),
    ...more,
  };
  return { argv, env };
}

const stops = ['folder', 'link', 'config', 'half a pip'];

describe('Python', { skip: process.platform === 'win32' && 'the stand-in is a shell script' }, () => {
  let programs: string;
  const isSupportedVersion = '3.11.2';

  beforeEach(() => {
    programs = path.join(root, 'programs');
    // Makes an environment piece by piece, as venv does, and stays for ever after the piece that STOP names.
    const said = { version: isSupportedVersion, executable: path.join(programs, 'python3'), bits: 64, venv: true };
    write(
      'programs/python3',
      `#!/bin/sh
stop() { if [ "$STOP" = "$1" ]; then touch "$HERE"; sleep 600; fi; }
case "$1 $2" in
  "-m venv")
    mkdir -p "$3/bin" && stop "folder"
    ln -s "$0" "$3/bin/python" && stop "link"
    echo "version = ${isSupportedVersion}" > "$3/pyvenv.cfg" && stop "config"
    pip="$3/lib/python3.11/site-packages/pip-24.0.dist-info"
    mkdir -p "$pip" && stop "half a pip"
    touch "$pip/RECORD";;
  -c*) echo '${JSON.stringify(said)}';;
esac
`,
      0o755,
    );
  });

  for (const stop of stops) {
    test(`killed after ${stop}: the environment is made anew, and nobody is left at work`, async () => {
      const here = path.join(root, 'here');
      const { argv, env } = setUp(['pythonEnvironmentStep'], programs, { STOP: stop, HERE: here });
      const child = spawn(process.execPath, argv, { env, stdio: 'ignore' });
      const ended = new Promise((resolve) => child.on('exit', resolve));
      for (let i = 0; i < 200 && !fs.existsSync(here); i++) await new Promise((resolve) => setTimeout(resolve, 50));
      const [note] = filesBelow(path.join(scratch, 'commands'), '.json');
      const { pid } = JSON.parse(fs.readFileSync(note, 'utf8')) as { pid: number };
      child.kill('SIGKILL');
      await ended;
      assert.equal(pythonEnvironmentStep.state(context()).done, false);

      const again = setUp(['pythonEnvironmentStep'], programs);
      const { status, stderr } = spawnSync(process.execPath, again.argv, { env: again.env, encoding: 'utf8' });
      assert.equal(status, 0, stderr);
      assert.equal(pythonEnvironmentStep.state(context()).done, true);
      assert.ok(filesBelow(path.join(root, '.venv/lib'), 'RECORD').length > 0, 'pip is whole');
      assert.throws(() => process.kill(-pid, 0), /ESRCH/, 'the killed set-up left a command at work');
    });
  }

  test('an environment whose Python is now another version is made anew', () => {
    write('.venv/pyvenv.cfg', 'version = 3.11.2\n');
    write('programs/python3.12', '#!/bin/sh\n', 0o755);
    fs.mkdirSync(path.join(root, '.venv/bin'), { recursive: true });
    fs.symlinkSync(path.join(programs, 'python3.12'), venvPython(root));
    writeJson(path.join(root, '.venv/lstm-course.json'), { root });
    assert.match(String(pythonEnvironmentStep.state(context()).why), /broken/);
  });

  test('packages are done when each is there with its RECORD, which an installer writes last', () => {
    const file = write(
      'requirements.txt',
      "a.b==1.0 \\\n    --hash=x\nc==2.0 ; sys_platform == 'win32' \\\n    --hash=y\n",
    );
    const record = write('.venv/lib/python3.11/site-packages/a_b-1.0.dist-info/RECORD', '');
    writeJson(path.join(root, '.venv/lstm-course.json'), {
      root,
      requirements: digest(root, [file]),
      tensorflow: false,
    });
    assert.equal(pythonPackagesStep.state(context()).done, true);
    fs.rmSync(record);
    assert.match(String(pythonPackagesStep.state(context()).why), /lacks a-b/);
  });
});

describe('the TensorFlow binding', () => {
  const build = 'node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8';
  const quiet = process.platform === 'darwin' ? 'liblstm_lab_quiet.dylib' : 'liblstm_lab_quiet.so';
  const built = async (without: string[]) => {
    write(`${build}/tfjs_binding.node`, 'binding');
    write(`${build}/${quiet}`, 'quiet');
    const { digest: made } = await bindingState({ root });
    writeJson(path.join(root, build, 'binding-state.json'), { digest: made, nativeOps: true, without, sizes: [7, 5] });
  };

  test('is not done when a file of it was cut off or is gone', async () => {
    for (const spoil of [
      () => write(`${build}/tfjs_binding.node`, 'bind'),
      () => fs.rmSync(path.join(root, build, quiet)),
    ]) {
      await built([]);
      assert.equal((await bindingState({ root })).done, true);
      spoil();
      assert.equal((await bindingState({ root })).done, false);
    }
  });

  test('names the operations that it lacks, to the doctor as well', async () => {
    await built(['LabRecurrent', 'LabSoftmax']);
    const state: State = await tensorflowBindingStep.state(context());
    assert.equal(state.left, true);
    assert.match(String(state.note), /without LabRecurrent, LabSoftmax$/);
    assert.match(String(state.cure), /npm run setup/);
  });
});

describe('compiled TypeScript', () => {
  const step = compiledStep({ name: 'Library', project: 'lib', entry: 'dist/index.js' });
  const options = { outDir: 'dist', rootDir: '.', incremental: true, tsBuildInfoFile: 'dist/.tsbuildinfo', types: [] };
  beforeEach(async () => {
    write('tsconfig.json', '{}');
    write('lib/tsconfig.json', JSON.stringify({ compilerOptions: { ...options, skipLibCheck: true } }));
    write('lib/index.ts', "export * from './part';\n");
    write('lib/part.ts', 'export const one = 1;\n');
    fs.mkdirSync(path.join(root, 'node_modules'));
    fs.symlinkSync(path.join(REPOSITORY, 'node_modules/typescript'), path.join(root, 'node_modules/typescript'));
    await step.run(context());
    assert.equal(step.state(context()).done, true);
  });
  const part = () => path.join(root, 'lib/dist/part.js');

  for (const [how, spoil] of [
    ['is gone', () => fs.rmSync(part())],
    ['is empty', () => fs.writeFileSync(part(), '')],
  ] as const) {
    test(`a file that ${how} is missed and made again`, async () => {
      spoil();
      assert.match(String(step.state(context()).why), /lib\/dist\/part\.js is missing/);
      await step.run(context());
      assert.match(fs.readFileSync(part(), 'utf8'), /one = 1/);
    });
  }

  test('after a killed build everything is compiled, whatever half a file looks like', async () => {
    fs.writeFileSync(part(), '"use strict";\n');
    write('.cache/setup/lib-at-work', '');
    assert.equal(step.state(context()).done, false);
    await step.run(context());
    assert.match(fs.readFileSync(part(), 'utf8'), /one = 1/);
    assert.equal(step.state(context()).done, true);
  });
});
