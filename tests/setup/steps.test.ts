/** What each step calls done, on small made-up checkouts. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { openLog } from '../../scripts/setup/log.mjs';
import { findPython, isSupported, which } from '../../lib/build-native/python.mjs';
import { venvPython } from '../../scripts/setup/python.mjs';
import { isOnlyForTensorFlow, withoutTensorFlow } from '../../scripts/setup/requirements.mjs';
import { digest } from '../../lib/build-native/stamp.mjs';
import { compiledStep } from '../../scripts/setup/steps/compiled.mjs';
import { kernelSpecStep } from '../../scripts/setup/steps/kernel-spec.mjs';
import { isNewEnough, unfitBuild } from '../../scripts/setup/steps/node.mjs';
import { missingPackages, npmPackagesStep } from '../../scripts/setup/steps/npm-packages.mjs';
import { pythonEnvironmentStep, stampVenv, venvStamp } from '../../scripts/setup/steps/python-environment.mjs';
import { pythonPackagesStep } from '../../scripts/setup/steps/python-packages.mjs';

const REPOSITORY = path.resolve(__dirname, '../..');
let root: string;

const write = (place: string, content: string | object = '', mode = 0o644) => {
  const file = path.join(root, place);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content), { mode });
  return file;
};

const context = (more: { gpu?: boolean } = {}) => {
  const scratch = path.join(root, '.cache', 'setup');
  return { root, scratch, log: openLog(path.join(scratch, 'setup.log')), report: () => {}, gpu: more.gpu };
};

beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'set up ünï-'));
});
afterEach(() => fs.rmSync(root, { recursive: true }));

test('Node 20.11 and later will do', () => {
  assert.deepEqual(
    ['18.20.0', '20.10.9', '20.11.0', '22.0.0', '24.19.1'].map((version) => isNewEnough(version)),
    [false, false, true, true, true],
  );
});

test('Node for another processor than the packages are built for is named', () => {
  const builds = ['linux-x64', 'linux-arm64', 'darwin-arm64', 'win32-x64', 'win32-arm64', 'win32-ia32', 'linux-arm'];
  const unfit = builds.filter((build) => {
    const [platform, arch] = build.split('-');
    return unfitBuild({ platform, arch });
  });
  assert.deepEqual(unfit, ['win32-arm64', 'win32-ia32', 'linux-arm']);
});

describe('npm packages', () => {
  const entry = (version: string) => ({ version, integrity: `sha512-${version}` });
  const lock = (packages: object) => write('package-lock.json', { packages: { '': {}, lib: {}, ...packages } });
  const installed = (packages: Record<string, object>) => {
    write('node_modules/.package-lock.json', { packages });
    for (const place of Object.keys(packages)) write(`${place}/package.json`, {});
  };

  test('are done when npm installed what the lock file says', () => {
    lock({ 'node_modules/a': entry('1.0.0'), 'node_modules/@s/b': entry('2.0.0') });
    installed({ 'node_modules/a': entry('1.0.0'), 'node_modules/@s/b': entry('2.0.0') });
    assert.deepEqual(missingPackages(root), []);
    assert.deepEqual(npmPackagesStep.state(context()), { done: true });
  });

  test('are missing when absent, of another version, or deleted by hand', () => {
    const wanted = {
      'node_modules/a': entry('1.0.0'),
      'node_modules/@s/b': entry('2.0.0'),
      'node_modules/c': entry('3.0.0'),
    };
    lock(wanted);
    assert.deepEqual(missingPackages(root), ['a', '@s/b', 'c']);
    installed({ 'node_modules/a': entry('1.0.1'), 'node_modules/@s/b': entry('2.0.0') });
    assert.deepEqual(missingPackages(root), ['a', 'c']);
    installed(wanted);
    fs.rmSync(path.join(root, 'node_modules/@s/b'), { recursive: true });
    assert.deepEqual(missingPackages(root), ['@s/b']);
  });

  test('a package without a checksum, as those inside others, is told by its version', () => {
    lock({ 'node_modules/a/node_modules/b': { version: '1.0.0' } });
    installed({ 'node_modules/a/node_modules/b': { version: '1.1.0' } });
    assert.deepEqual(missingPackages(root), ['b']);
  });

  test('a package for another platform is not missed, a linked folder is', () => {
    lock({ 'node_modules/mac-only': { ...entry('1.0.0'), optional: true }, 'node_modules/lstm-lab': { link: true } });
    installed({});
    assert.deepEqual(missingPackages(root), ['lstm-lab']);
    write('lib/package.json', {});
    fs.symlinkSync('../lib', path.join(root, 'node_modules/lstm-lab'));
    assert.deepEqual(missingPackages(root), []);
  });

  test('an interrupted installation is done again', () => {
    lock({});
    installed({});
    write('.cache/setup/npm-at-work');
    assert.equal(npmPackagesStep.state(context()).done, false);
  });

  test('a broken lock file is a sentence', () => {
    write('package-lock.json', '{ "packages"');
    assert.throws(() => missingPackages(root), /package-lock.json is missing or broken/);
  });
});

describe('Python environment', () => {
  const venv = (version: string, key = 'version') => {
    write('.venv/pyvenv.cfg', `home = /usr/bin\n${key} = ${version}\n`);
    write(path.relative(root, venvPython(root)));
    stampVenv(root, {});
  };
  const why = (more: { gpu?: boolean } = {}) => pythonEnvironmentStep.state(context(more)).why;

  test('is done with a Python that the course supports, made by venv or by uv', () => {
    assert.equal(why(), '.venv is missing');
    venv('3.11.7');
    assert.deepEqual(pythonEnvironmentStep.state(context()), { done: true, detail: 'Python 3.11.7' });
    venv('3.13.1', 'version_info');
    assert.equal(pythonEnvironmentStep.state(context()).done, true);
    venv('3.9.2');
    assert.match(String(why()), /holds Python 3\.9\.2/);
  });

  test('is made anew when its Python is gone, it was moved, or an installation into it was interrupted', () => {
    venv('3.12.0');
    stampVenv(root, { requirements: 'x' });
    assert.equal(why(), undefined);
    stampVenv(root, { atWork: true });
    assert.match(String(why()), /interrupted/);
    stampVenv(root, { atWork: undefined });
    const moved = `${root}-moved`;
    fs.renameSync(root, moved);
    root = moved;
    assert.match(String(why()), /made for another folder/);
    fs.rmSync(venvPython(root));
    assert.match(String(why()), /broken/);
  });

  test('keeps CUDA until told otherwise', () => {
    venv('3.12.0');
    stampVenv(root, { requirements: 'x', gpu: true });
    assert.equal(why(), undefined);
    assert.equal(why({ gpu: true }), undefined);
    assert.match(String(why({ gpu: false })), /with CUDA/);
  });
});

test('Python packages are done for exactly these requirements', () => {
  const file = write('requirements.txt', 'a==1\n');
  const site = '.venv/lib/python3.11/site-packages';
  write(`${site}/a-1.dist-info/RECORD`);
  write(`${site}/tensorflow_cpu-2.dist-info/RECORD`);
  const gpuFile = write('requirements-gpu.txt', 'a==2\n');
  assert.equal(pythonPackagesStep.state(context()).done, false);
  stampVenv(root, { requirements: digest(root, [file]), tensorflow: true });
  assert.equal(pythonPackagesStep.state(context()).done, true);
  assert.equal(pythonPackagesStep.state(context({ gpu: true })).done, false);
  fs.rmSync(path.join(root, site, 'a-1.dist-info'), { recursive: true });
  assert.match(String(pythonPackagesStep.state(context()).why), /lacks a/);
  write(`${site}/a-2.dist-info/RECORD`);
  stampVenv(root, { requirements: digest(root, [gpuFile]), gpu: true });
  assert.equal(pythonPackagesStep.state(context()).done, true);
  fs.writeFileSync(gpuFile, 'a==3\n');
  assert.match(String(pythonPackagesStep.state(context()).why), /requirements-gpu\.txt has changed/);
  assert.equal(venvStamp(root).gpu, true);
});

describe('finding Python', { skip: process.platform === 'win32' && 'the stand-ins are shell scripts' }, () => {
  const before = { PATH: process.env.PATH, LSTM_LAB_PYTHON: process.env.LSTM_LAB_PYTHON };
  const stand = (name: string, answer: object) => {
    const said = JSON.stringify({ executable: `/opt/${name}`, bits: 64, venv: true, ...answer });
    write(`bin/${name}`, `#!/bin/sh\necho '${said}'\n`, 0o755);
  };
  beforeEach(() => {
    write('bin/.keep');
    process.env.PATH = path.join(root, 'bin');
    delete process.env.LSTM_LAB_PYTHON;
  });
  afterEach(() => {
    process.env.PATH = before.PATH;
    if (before.LSTM_LAB_PYTHON) process.env.LSTM_LAB_PYTHON = before.LSTM_LAB_PYTHON;
  });

  test('takes the newest supported one', () => {
    stand('python3', { version: '3.14.0' });
    stand('python3.10', { version: '3.10.4' });
    stand('python3.12', { version: '3.12.8' });
    assert.equal(findPython({ uv: undefined })?.version, '3.12.8');
    assert.equal(which('python3.12'), path.join(root, 'bin', 'python3.12'));
    assert.equal(which('python3.11'), undefined);
  });

  test('passes over a shim that only prints an error', () => {
    write('bin/python3.13', '#!/bin/sh\necho "command not found" >&2\nexit 127\n', 0o755);
    stand('python3', { version: '3.11.2' });
    assert.equal(findPython({ uv: undefined })?.version, '3.11.2');
  });

  test('says what it found when nothing will do', () => {
    assert.throws(() => findPython({ uv: undefined }), /no Python was found/);
    stand('python3', { version: '3.9.1' });
    stand('python', { version: '3.11.1', bits: 32 });
    assert.throws(() => findPython({ uv: undefined }), /only Python 3\.9\.1 and 3\.11\.1 \(32 bit\) was found/);
    assert.equal(findPython({ uv: '/bin/uv' }), undefined);
  });

  test('names the package that brings venv on Debian', () => {
    stand('python3', { version: '3.11.2', venv: false });
    assert.throws(
      () => findPython({ uv: undefined }),
      (error: { cure: string }) => /python3\.11-venv/.test(error.cure),
    );
    assert.equal(findPython({ uv: '/bin/uv' })?.version, '3.11.2');
  });

  test('3.10 to 3.13 are supported', () => {
    assert.deepEqual(
      ['2.7.18', '3.9.19', '3.10.0', '3.13.5', '3.14.0', '4.10.0'].map((version) => isSupported(version)),
      [false, false, true, true, false, false],
    );
  });
});

test('requirements without TensorFlow keep JupyterLab and drop what only TensorFlow needs', () => {
  const full = fs.readFileSync(path.join(REPOSITORY, 'requirements.txt'), 'utf8');
  const names = (text: string) => new Set([...text.matchAll(/^([\w.-]+)==/gm)].map(([, name]) => name));
  const before = names(full);
  const after = names(withoutTensorFlow(full));
  for (const name of ['tensorflow', 'tensorflow-cpu', 'keras', 'grpcio', 'h5py', 'absl-py']) {
    assert.ok(before.has(name), `${name} should be in requirements.txt`);
    assert.ok(!after.has(name), `${name} should be gone`);
  }
  for (const name of ['jupyterlab', 'nbclient', 'nbconvert', 'plotly', 'papermill', 'tornado', 'requests']) {
    assert.ok(after.has(name), `${name} should stay`);
  }
  assert.deepEqual(
    ['keras', 'H5py', 'tornado'].map((name) => isOnlyForTensorFlow(full, name)),
    [true, true, false],
  );
  assert.match(withoutTensorFlow(full), /^jupyterlab==[\d.]+ \\\n +--hash=sha256:/m);
});

describe('compiled TypeScript', () => {
  const step = compiledStep({ name: 'Library', project: 'lib', entry: 'dist/index.js' });
  beforeEach(() => {
    write('tsconfig.json', { compilerOptions: {} });
    write('lib/tsconfig.json', {
      compilerOptions: {
        outDir: 'dist',
        rootDir: '.',
        incremental: true,
        tsBuildInfoFile: 'dist/.tsbuildinfo',
        strict: true,
        types: [],
        skipLibCheck: true,
      },
    });
    write('lib/index.ts', 'export const answer: number = 42;\n');
    fs.mkdirSync(path.join(root, 'node_modules'));
    fs.symlinkSync(path.join(REPOSITORY, 'node_modules/typescript'), path.join(root, 'node_modules/typescript'));
  });

  test('is fresh until a source changes or somebody else builds', async () => {
    assert.equal(step.state(context()).why, 'lib is not compiled');
    await step.run(context());
    assert.equal(step.state(context()).done, true);
    write('lib/more/new.ts', 'export {};\n');
    assert.match(String(step.state(context()).why), /changed since/);
    await step.run(context());
    assert.equal(step.state(context()).done, true);
    write('lib/dist/.tsbuildinfo', 'of another build');
    assert.match(String(step.state(context()).why), /changed since/);
    fs.rmSync(path.join(root, 'lib/dist/index.js'));
    await step.run(context());
    assert.ok(fs.existsSync(path.join(root, 'lib/dist/index.js')));
  });

  test('an error names file and line, and leaves the step undone', async () => {
    write('lib/index.ts', "export const one = 1;\nexport const answer: number = 'x';\n");
    await assert.rejects(
      step.run(context()),
      /lib\/index\.ts line 2 does not compile: Type 'string' is not assignable to type 'number'/,
    );
    assert.equal(step.state(context()).done, false);
  });
});

test('the kernel spec names this Node and this folder', async () => {
  assert.equal(kernelSpecStep.state(context()).done, false);
  await kernelSpecStep.run(context());
  assert.equal(kernelSpecStep.state(context()).done, true);
  const file = path.join(root, '.venv/share/jupyter/kernels/tslab/kernel.json');
  const spec = JSON.parse(fs.readFileSync(file, 'utf8'));
  assert.deepEqual(spec.argv, [process.execPath, path.join(root, 'scripts/kernel/dist/main.js'), '{connection_file}']);
  assert.equal(spec.language, 'typescript');
  assert.equal(spec.interrupt_mode, 'message');
  fs.writeFileSync(file, JSON.stringify({ ...spec, argv: ['/gone/node', ...spec.argv.slice(1)] }));
  assert.match(String(kernelSpecStep.state(context()).why), /another Node or another folder/);
});
