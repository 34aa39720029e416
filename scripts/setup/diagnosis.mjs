/** Looks at every part of the set-up and of the machine; changes nothing. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { explain, reasonIn } from './failure.mjs';
import { PORT, freePort } from './jupyter.mjs';
import { which } from '../../lib/build-native/python.mjs';
import { installedPackages, venvPython } from './python.mjs';
import { STEPS } from './setup.mjs';
import { readJson } from '../../lib/build-native/stamp.mjs';
import { compiler } from '../../lib/build-native/compiler.mjs';

/**
 * @typedef {{ name: string, state: 'ok' | 'warning' | 'error', version?: string, detail?: string, cure?: string }} Part
 */

const GIB = 2 ** 30;
const SET_UP = '`npm run setup`';
const gib = (bytes) => `${(bytes / GIB).toFixed(1)} GiB`;

const firstLine = (file, args) => {
  const { status, stdout, stderr } = spawnSync(file, args, { encoding: 'utf8', timeout: 20_000 });
  return status === 0 ? (stdout || stderr).split('\n')[0].trim() : undefined;
};

/** What set-up itself says about a step, with the versions that belong to it. */
async function stepPart(step, context) {
  let state;
  try {
    state = await step.state(context);
  } catch (error) {
    return { name: step.name, state: 'error', detail: error.cause ?? error.message, cure: error.cure ?? SET_UP };
  }
  if (!state.done) return { name: step.name, state: 'error', detail: state.why, cure: SET_UP };
  if (state.left) return { name: step.name, state: 'warning', detail: state.note, cure: state.cure };
  return { name: step.name, state: 'ok', detail: state.note ?? state.detail };
}

const packageVersion = (root, name) =>
  readJson(path.join(root, 'node_modules', ...name.split('/'), 'package.json'))?.version;

const npmVersions = ({ root }) =>
  ['@tensorflow/tfjs-node-gpu', 'danfojs-node', 'nodejs-polars', 'tslab', 'typescript']
    .map((name) => [name.replace(/^@tensorflow\//, ''), packageVersion(root, name)])
    .filter(([, version]) => version)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');

function pythonVersions({ root }) {
  const installed = installedPackages(root);
  return ['jupyterlab', 'nbclient', 'nbconvert', 'plotly', 'tensorflow-cpu', 'tensorflow']
    .filter((name) => installed.has(name))
    .map((name) => `${name} ${installed.get(name)}`)
    .join(', ');
}

/**
 * Whether the binding can be compiled; no question on Windows.
 * @param {{ platform: string }} [on]
 * @returns {Part | undefined}
 */
export function compilerPart({ platform } = process) {
  if (platform === 'win32') return undefined;
  const name = compiler();
  if (name) return { name: 'C++ compiler', state: 'ok', version: firstLine(name, ['--version']) ?? name };
  return {
    name: 'C++ compiler',
    state: 'warning',
    detail: 'none: TensorFlow cannot be built for Node, the course computes with WebAssembly (slower)',
    cure: platform === 'darwin' ? '`xcode-select --install`' : '`sudo apt install g++` or `sudo dnf install gcc-c++`',
  };
}

const loadFrames = ({ root }) => {
  const options = { cwd: root, encoding: 'utf8', timeout: 60_000 };
  const { status, stderr, error } = spawnSync(process.execPath, ['-e', "require('nodejs-polars')"], options);
  return status === 0 ? undefined : (error?.message ?? stderr);
};

/**
 * Whether data frames load, a question on Windows only: their package stands on a library that a new system lacks.
 * @param {{ root: string }} context
 * @param {{ platform: string }} [on]
 * @param {(context: { root: string }) => string | undefined} [load] what goes wrong; undefined when nothing does
 * @returns {Part | undefined}
 */
export function framesPart(context, { platform } = process, load = loadFrames) {
  if (platform !== 'win32') return undefined;
  const wrong = load(context);
  if (wrong === undefined) return { name: 'Data frames', state: 'ok', detail: 'nodejs-polars loads' };
  const { cause, cure } = explain(wrong, { cause: reasonIn(wrong), cure: SET_UP }, { platform });
  return { name: 'Data frames', state: 'error', detail: `nodejs-polars does not load: ${cause}`, cure };
}

const BACKEND = `
  const { backendInfo, kernels } = require('lstm-lab');
  const tiers = kernels.tierTable();
  process.stdout.write('\\n' + JSON.stringify({ ...backendInfo(), tiers, tierLines: kernels.tierLines(tiers) }));
`;

/**
 * Which backend the library really takes, and which tiers of its operations are here, asked in a process of its own: a binding that crashes
 * must not end the doctor.
 */
export function askBackend({ root }) {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, ['-e', BACKEND], {
    cwd: root,
    encoding: 'utf8',
    timeout: 60_000,
  });
  if (status === 0) return JSON.parse(stdout.trim().split('\n').at(-1));
  const words = stderr.split('\n').find((line) => /Error/.test(line)) ?? stderr.trim().split('\n').at(-1);
  return { failed: signal ? `it ended by ${signal}` : words };
}

function backendPart(backend) {
  const name = 'Backend';
  if (backend.failed)
    return { name, state: 'error', detail: `lstm-lab does not load: ${backend.failed}`, cure: SET_UP };
  const { tensorflow, tfjs, nativeOps, threads } = backend;
  const version = [tensorflow && `TensorFlow ${tensorflow}`, `tfjs ${tfjs}`].filter(Boolean).join(', ');
  if (backend.name !== 'native') {
    return {
      name,
      state: 'warning',
      version,
      detail: `WebAssembly, ${threads} ${threads === 1 ? 'thread' : 'threads'}: correct, several times slower than native TensorFlow`,
      cure: process.env.LSTM_LAB_BACKEND
        ? 'LSTM_LAB_BACKEND asks for it: unset it.'
        : 'See "TensorFlow binding" above.',
    };
  }
  if (!nativeOps) {
    const detail = 'native, without the operations of lib/native: recurrent layers are slower';
    return { name, state: 'warning', version, detail, cure: SET_UP };
  }
  return { name, state: 'ok', version, detail: `native operations, ${threads} threads` };
}

function gpuPart({ gpu, device }) {
  const card =
    which('nvidia-smi') && firstLine('nvidia-smi', ['--query-gpu=name,driver_version', '--format=csv,noheader']);
  if (gpu) return { name: 'GPU', state: 'ok', version: card ?? '', detail: `computes: ${device}` };
  if (card)
    return {
      name: 'GPU',
      state: 'ok',
      version: card,
      detail: 'not used; `npm run setup -- --gpu` takes TensorFlow with CUDA',
    };
  return { name: 'GPU', state: 'ok', detail: 'no NVIDIA GPU found: computing on the CPU' };
}

function dataPart({ root }) {
  const own = process.env.LSTM_LAB_DATA;
  if (own && !fs.existsSync(own)) {
    return {
      name: 'Data',
      state: 'error',
      detail: `LSTM_LAB_DATA names ${own}, which is not there`,
      cure: 'Make that folder, or unset LSTM_LAB_DATA.',
    };
  }
  const cache = path.join(root, 'data', 'cache');
  const files = (folder) => (fs.existsSync(folder) ? fs.readdirSync(folder).length : 0);
  const places = [own && `LSTM_LAB_DATA ${own}: ${files(own)} files`, `data/cache: ${files(cache)} files`];
  return { name: 'Data', state: 'ok', detail: places.filter(Boolean).join(', ') };
}

function diskPart({ root }) {
  const { bavail, bsize } = fs.statfsSync(root);
  const free = bavail * bsize;
  const detail = `${gib(free)} free`;
  if (free < 0.5 * GIB)
    return { name: 'Disk', state: 'error', detail, cure: 'Free 2 GiB at least: lessons write models and data.' };
  return { name: 'Disk', state: free < 2 * GIB ? 'warning' : 'ok', detail };
}

function memoryPart() {
  const detail = `${gib(os.totalmem())}, ${os.availableParallelism()} cores`;
  return { name: 'Memory', state: os.totalmem() < 3.5 * GIB ? 'warning' : 'ok', detail };
}

async function portPart() {
  const free = await freePort(PORT);
  const detail = free === PORT ? 'free' : `taken; \`npm start\` will use ${free}`;
  return { name: 'Port', state: 'ok', version: String(PORT), detail };
}

/**
 * @param {{ root: string }} context
 * @param backend the answer of `askBackend`
 * @returns {Promise<Part[]>}
 */
export async function diagnose(context, backend = askBackend(context)) {
  const parts = [];
  for (const step of STEPS) {
    const part = await stepPart(step, context);
    if (step.name === 'npm packages' && part.state === 'ok') part.detail = npmVersions(context);
    if (step.name === 'Python packages' && part.state === 'ok') part.detail = pythonVersions(context);
    const compiler = step.name === 'TensorFlow binding' ? compilerPart() : undefined;
    if (compiler) parts.push(compiler);
    parts.push(part);
    const frames = step.name === 'npm packages' && part.state === 'ok' ? framesPart(context) : undefined;
    if (frames) parts.push(frames);
  }
  const uv = which('uv');
  parts.push(
    backendPart(backend),
    gpuPart(backend),
    dataPart(context),
    diskPart(context),
    memoryPart(),
    await portPart(),
  );
  parts.push({ name: 'Installer', state: 'ok', detail: uv ? `uv (${uv})` : `pip of ${venvPython(context.root)}` });
  return parts;
}

/** The doctor's last line. */
export function closing(parts) {
  const has = (wanted) => parts.some(({ state }) => state === wanted);
  if (has('error')) return 'Something is wrong: the lines marked ✗ say what to do.';
  return has('warning') ? 'The course runs; the lines marked ! say what it lacks.' : 'All is well.';
}
