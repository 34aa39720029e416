/** Finds a Python that can make an environment for TensorFlow, and uv. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import nodePath from 'node:path';
import { SetupFailure } from './failure.mjs';

export { pythonIn } from '../system.js';

const MINORS = [13, 12, 11, 10];

const PROBE = `
import importlib.util, json, struct, sys
print(json.dumps({"version": sys.version.split()[0], "executable": sys.executable, "bits": struct.calcsize("P") * 8,
  "venv": all(importlib.util.find_spec(m) for m in ("venv", "ensurepip"))}))`;

/** @param {string} version such as `3.11.7` */
export const isSupported = (version) => {
  const [major, minor] = version.split('.').map(Number);
  return major === 3 && MINORS.includes(minor);
};

/**
 * Where a program is that Node can start, as a shell would find it; undefined when nowhere. Starts no process.
 * @param {string} name
 * @param {{ platform?: string, path?: import('node:path').PlatformPath, env?: NodeJS.ProcessEnv, isProgram?: (file: string) => boolean }} [on]
 */
export function which(
  name,
  { platform = process.platform, path = nodePath, env = process.env, isProgram = isFile } = {},
) {
  // Node starts no .cmd and no .bat without a shell; those of `env` are given in quotation marks here and there.
  const windows = platform === 'win32';
  const folders = (env.PATH ?? '').split(path.delimiter).map((one) => (windows ? one.replace(/^"(.*)"$/, '$1') : one));
  const files = folders.filter(Boolean).map((folder) => path.join(folder, windows ? `${name}.exe` : name));
  return files.find((file) => isProgram(file));
}

function isFile(file) {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    // A program of the Microsoft Store is a link that nobody can follow.
    return !(process.platform === 'win32' ? fs.lstatSync(file) : fs.statSync(file)).isDirectory();
  } catch {
    return false;
  }
}

/** The environment for Python: the project's own packages only, whatever the caller's shell sets. */
export function pythonEnvironment() {
  const { PYTHONHOME, PYTHONPATH, PIP_TARGET, PIP_PREFIX, ...rest } = process.env;
  return { ...rest, PYTHONUTF8: '1', PIP_USER: '0', PIP_DISABLE_PIP_VERSION_CHECK: '1' };
}

const probe = ([file, ...args]) => {
  const answer = spawnSync(file, [...args, '-c', PROBE], {
    encoding: 'utf8',
    timeout: 20_000,
    env: pythonEnvironment(),
  });
  try {
    return JSON.parse(answer.stdout);
  } catch {
    return undefined;
  }
};

/**
 * The commands that may be a Python, the best first. On Windows `py`, which knows what is installed, goes before `python`, which may be a
 * stand-in that opens the Microsoft Store.
 * @param {Parameters<typeof which>[1]} [on]
 * @returns {string[][]}
 */
export function pythonCandidates(on = {}) {
  const { platform = process.platform, env = process.env } = on;
  if (env.LSTM_LAB_PYTHON) return [[env.LSTM_LAB_PYTHON]];
  const here = (names) => names.flatMap((name) => which(name, on) ?? []).map((file) => [file]);
  const named = here([...MINORS.map((minor) => `python3.${minor}`), 'python3', 'python']);
  const launcher = platform === 'win32' ? which('py', on) : undefined;
  return launcher ? [...MINORS.map((minor) => [launcher, `-3.${minor}`]), ...named] : named;
}

/**
 * The first Python 3.10-3.13 that can make a virtual environment (with uv any will do).
 * @param {{ uv: string | undefined }} tools
 * @returns {{ executable: string, version: string } | undefined} undefined: there is none, but uv can bring one
 * @throws {SetupFailure} saying which were found and why none will do
 */
export function findPython({ uv }) {
  const seen = [];
  for (const candidate of pythonCandidates()) {
    const found = probe(candidate);
    if (!found) continue;
    seen.push(found);
    if (isSupported(found.version) && found.bits === 64 && (found.venv || uv)) return found;
  }
  if (uv && !process.env.LSTM_LAB_PYTHON) return undefined;
  const fitting = seen.find(({ version }) => isSupported(version));
  if (fitting && !fitting.venv) {
    const minor = fitting.version.split('.').slice(0, 2).join('.');
    throw new SetupFailure({
      cause: `Python ${fitting.version} cannot make virtual environments (its venv or ensurepip is missing)`,
      cure: `On Debian and Ubuntu: \`sudo apt install python${minor}-venv\`. Or install uv, which needs neither.`,
    });
  }
  const names = [...new Set(seen.map(({ version, bits }) => `${version}${bits === 64 ? '' : ' (32 bit)'}`))];
  throw new SetupFailure({
    cause:
      names.length > 0
        ? `only Python ${names.join(' and ')} was found; 3.10-3.13 is needed, 64 bit`
        : 'no Python was found',
    cure: 'Install Python 3.12 or uv (astral.sh/uv), which brings its own; or name one: LSTM_LAB_PYTHON=/path/to/python.',
  });
}

/**
 * The folder of an environment's packages: `lib/python3.12/site-packages`, on Windows `Lib\\site-packages`; undefined while there is none.
 * @param {string} environment
 * @param {{ platform?: string }} [on]
 */
export function packagesIn(environment, { platform = process.platform } = {}) {
  const lib = nodePath.join(environment, platform === 'win32' ? 'Lib' : 'lib');
  if (!fs.existsSync(lib)) return undefined;
  const inner = fs.readdirSync(lib).filter((name) => name.startsWith('python3'));
  return ['', ...inner]
    .map((name) => nodePath.join(lib, name, 'site-packages'))
    .find((folder) => fs.existsSync(folder));
}
