/** Finds a Python that can carry the course, and uv. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { pythonEnvironment } from './command.mjs';
import { SetupFailure } from './failure.mjs';
import { normalized } from './requirements.mjs';

const MINORS = [13, 12, 11, 10];
const windows = process.platform === 'win32';

const PROBE = `
import importlib.util, json, struct, sys
print(json.dumps({"version": sys.version.split()[0], "executable": sys.executable, "bits": struct.calcsize("P") * 8,
  "venv": all(importlib.util.find_spec(m) for m in ("venv", "ensurepip"))}))`;

/** @param {string} version such as `3.11.7` */
export const isSupported = (version) => {
  const [major, minor] = version.split('.').map(Number);
  return major === 3 && MINORS.includes(minor);
};

/** Where a program is, as a shell would find it; undefined when nowhere. Starts no process. */
export function which(name) {
  const endings = windows ? ['.exe', '.cmd', '.bat'] : [''];
  for (const folder of (process.env.PATH ?? '').split(path.delimiter).filter(Boolean)) {
    for (const ending of endings) {
      const file = path.join(folder, name + ending);
      try {
        fs.accessSync(file, fs.constants.X_OK);
        if (fs.statSync(file).isFile()) return file;
      } catch {
        continue;
      }
    }
  }
  return undefined;
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

const candidates = () => {
  if (process.env.LSTM_LAB_PYTHON) return [[process.env.LSTM_LAB_PYTHON]];
  const named = [...MINORS.map((minor) => `python3.${minor}`), 'python3', 'python'].filter(which).map((name) => [name]);
  return windows ? [...named, ...MINORS.map((minor) => ['py', `-3.${minor}`])] : named;
};

/**
 * The first Python 3.10-3.13 that can make a virtual environment (with uv any will do).
 * @param {{ uv: string | undefined }} tools
 * @returns {{ executable: string, version: string } | undefined} undefined: there is none, but uv can bring one
 * @throws {SetupFailure} saying which were found and why none will do
 */
export function findPython({ uv }) {
  const seen = [];
  for (const candidate of candidates()) {
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
        ? `only Python ${names.join(' and ')} was found, the course needs 3.10-3.13, 64 bit`
        : 'no Python was found',
    cure: 'Install Python 3.12 or uv (astral.sh/uv), which brings its own; or name one: LSTM_LAB_PYTHON=/path/to/python npm start.',
  });
}

/** The interpreter of the project's own environment. */
export const venvPython = (root) =>
  path.join(root, '.venv', ...(windows ? ['Scripts', 'python.exe'] : ['bin', 'python']));

/** The folder of the environment's packages; undefined while there is none. */
export function sitePackages(root) {
  const lib = path.join(root, '.venv', windows ? 'Lib' : 'lib');
  if (!fs.existsSync(lib)) return undefined;
  const inner = fs.readdirSync(lib).filter((name) => name.startsWith('python3'));
  return ['', ...inner].map((name) => path.join(lib, name, 'site-packages')).find((folder) => fs.existsSync(folder));
}

/**
 * The packages of the environment with their versions. An installer writes a package's RECORD last: one without it is not whole.
 * @returns {Map<string, string>}
 */
export function installedPackages(root) {
  const site = sitePackages(root);
  const whole = (site ? fs.readdirSync(site) : []).flatMap((entry) => {
    const [, name, version] = /^(.+?)-(\d[^-]*)\.dist-info$/.exec(entry) ?? [];
    return name && fs.existsSync(path.join(site, entry, 'RECORD')) ? [[normalized(name), version]] : [];
  });
  return new Map(whole);
}
