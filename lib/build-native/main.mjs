/**
 * `lstm-lab build-native [--python ENVIRONMENT]`, in the folder of a project that has lstm-lab: installs @tensorflow/tfjs-node-gpu without its
 * own download, takes TensorFlow from a Python environment, that of the flag or one in node_modules/.cache, and compiles the binding with this
 * library's operations.
 */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { removeFolder } from '../system.js';
import { bindingState, buildBinding } from './binding.mjs';
import { compiler, compilerCure, compilerRun } from './compiler.mjs';
import { SetupFailure } from './failure.mjs';
import { npmCommand } from './npm.mjs';
import { findPython, pythonEnvironment, pythonIn, which } from './python.mjs';

const library = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const REQUIREMENTS = path.join(library, 'build-native', 'tensorflow.txt');
const TFJS_NODE = '@tensorflow/tfjs-node-gpu';

const say = (line) => process.stdout.write(`${line}\n`);
const packageFile = createRequire(import.meta.url).resolve;

/** Runs a command whose output the user sees. @throws {SetupFailure} */
function run(file, args, { env = process.env } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: ['ignore', 'inherit', 'inherit'], env });
    const fail = (how) =>
      reject(
        new SetupFailure({
          cause: `\`${[path.basename(file), ...args].join(' ')}\` ${how}`,
          cure: 'See above what it says.',
        }),
      );
    child.on('error', (error) => fail(`could not start (${error.code})`));
    child.on('close', (code, signal) => (code === 0 ? resolve() : fail(signal ? `was ended by ${signal}` : `failed`)));
  });
}

/** Where a Python's package tensorflow lies, found without importing it; undefined when it has none. */
async function tensorflowOf(python) {
  const look =
    "import importlib.util as u; s = u.find_spec('tensorflow'); print(s.submodule_search_locations[0] if s else '')";
  const child = spawn(python, ['-c', look], { stdio: ['ignore', 'pipe', 'ignore'], env: pythonEnvironment() });
  let printed = '';
  child.stdout.on('data', (chunk) => (printed += chunk));
  await new Promise((resolve) => child.on('error', resolve).on('close', resolve));
  return printed.trim() || undefined;
}

/** The TensorFlow of the environment that the user names. @throws {SetupFailure} */
async function givenTensorflow(given) {
  const python = fs.statSync(given, { throwIfNoEntry: false })?.isDirectory() ? pythonIn(given) : given;
  const tensorflow = await tensorflowOf(python);
  if (tensorflow) return tensorflow;
  throw new SetupFailure({
    cause: `${given} is no Python with TensorFlow`,
    cure: 'Name the folder of an environment, or its python, in which `pip install tensorflow` was run; without --python one is made.',
  });
}

/** TensorFlow in an environment of the project's own: its libraries and headers, none of the packages that Python would need. */
async function ownTensorflow(environment) {
  const python = pythonIn(environment);
  const there = fs.existsSync(python) ? await tensorflowOf(python) : undefined;
  if (there) return there;
  const uv = which('uv');
  const found = findPython({ uv });
  const env = pythonEnvironment();
  say(`TensorFlow goes into ${environment} (about 1 GB)`);
  removeFolder(environment);
  if (uv) await run(uv, ['venv', '--quiet', '--python', found?.executable ?? '3.12', environment], { env });
  else await run(found.executable, ['-m', 'venv', environment], { env });
  const [program, ...pip] = uv ? [uv, 'pip', 'install', '--python', python] : [python, '-m', 'pip', 'install', '-q'];
  await run(program, [...pip, '--no-deps', '--only-binary', ':all:', '--require-hashes', '-r', REQUIREMENTS], { env });
  const installed = await tensorflowOf(python);
  if (installed) return installed;
  throw new SetupFailure({
    cause: `TensorFlow has no package for ${process.platform} on ${process.arch}`,
    cure: 'WebAssembly computes here; it needs nothing.',
  });
}

async function tfjsNode() {
  const folder = () => path.dirname(packageFile(`${TFJS_NODE}/package.json`));
  try {
    return folder();
  } catch {
    const { peerDependencies } = JSON.parse(fs.readFileSync(path.join(library, 'package.json'), 'utf8'));
    const [npm, ...first] = npmCommand();
    say(`installing ${TFJS_NODE}@${peerDependencies[TFJS_NODE]}, without its own download`);
    const wanted = `${TFJS_NODE}@${peerDependencies[TFJS_NODE]}`;
    await run(npm, [...first, 'install', '--ignore-scripts', '--save-exact', '--no-audit', '--no-fund', wanted]);
    return folder();
  }
}

async function main(args) {
  const [flag, given, ...rest] = args;
  if (rest.length > 0 || (flag !== undefined && (flag !== '--python' || given === undefined)))
    throw new SetupFailure({
      cause: `lstm-lab build-native was given \`${args.join(' ')}\``,
      cure: 'It takes nothing, or --python and an environment with TensorFlow.',
    });
  if (process.platform === 'win32')
    throw new SetupFailure({ cause: 'the fast tier is not built on Windows', cure: 'In WSL2 it is.' });
  if (!compiler()) throw new SetupFailure({ cause: 'there is no C++ compiler', cure: `Get one: ${compilerCure()}.` });
  if (!fs.existsSync('package.json'))
    throw new SetupFailure({
      cause: `${process.cwd()} is not the folder of a project: it has no package.json`,
      cure: 'Run this where you ran `npm install lstm-lab`.',
    });
  const cache = path.resolve('node_modules', '.cache', 'lstm-lab');
  const places = {
    tfjs: await tfjsNode(),
    headers: path.join(path.dirname(packageFile('node-api-headers/package.json')), 'include'),
    native: path.join(library, 'native'),
    objects: path.join(cache, 'objects'),
    tensorflow: given ? await givenTensorflow(given) : await ownTensorflow(path.join(cache, 'python')),
  };
  if (!bindingState(places).done) {
    const start = (file, words) => spawn(file, words, { stdio: ['ignore', 'pipe', 'pipe'] });
    await buildBinding(places, { run: compilerRun(start), log: say });
  }
  const env = { ...process.env, LSTM_LAB_BACKEND: 'native' }; // an error when it cannot be used
  await run(process.execPath, [path.join(library, 'bin', 'lstm-lab.cjs'), 'doctor'], { env });
}

main(process.argv.slice(2)).catch((error) => {
  process.stderr.write(error instanceof SetupFailure ? `${error.cause}. ${error.cure}\n` : `${error.message}\n`);
  process.exitCode = 1;
});
