/** `.venv`: a Python environment of the project's own, made by uv when there is one. */
import fs from 'node:fs';
import path from 'node:path';
import { runCommand } from '../command.mjs';
import { findPython, isSupported, which, pythonEnvironment } from '../../../lib/build-native/python.mjs';
import { venvPython } from '../python.mjs';
import { readJson, writeJson } from '../../../lib/build-native/stamp.mjs';
import { removeFolder } from '../../../lib/system.js';

const folder = (root) => path.join(root, '.venv');
const stampFile = (root) => path.join(folder(root), 'lstm-course.json');

/**
 * What the environment was made for.
 * @returns {{ root?: string, gpu?: boolean, requirements?: string, tensorflow?: boolean, atWork?: boolean }}
 */
export const venvStamp = (root) => readJson(stampFile(root)) ?? {};

export const stampVenv = (root, changes) => writeJson(stampFile(root), { ...venvStamp(root), root, ...changes });

/** True when TensorFlow with CUDA is asked for: by a flag now, or by the flag of an earlier set-up. */
export const wantsGpu = ({ root, gpu }) => gpu ?? venvStamp(root).gpu ?? false;

/** Version of the environment's Python, from the file every venv has; undefined when the environment is broken. */
export function venvVersion(root) {
  const config = path.join(folder(root), 'pyvenv.cfg');
  if (!fs.existsSync(venvPython(root)) || !fs.existsSync(config)) return undefined;
  const version = /^version(?:_info)? *= *([\d.]+)/m.exec(fs.readFileSync(config, 'utf8'))?.[1];
  // After an update of the system the link leads to a Python that looks for its packages elsewhere.
  const linked = /^python(3\.\d+)/.exec(path.basename(fs.realpathSync(venvPython(root))))?.[1];
  return linked && version && !version.startsWith(`${linked}.`) ? undefined : version;
}

/**
 * Whether two paths name one folder: Windows knows `c:\\course`, as an editor's terminal writes it, as `C:\\course`.
 * @param {string} one
 * @param {string} other
 * @param {{ platform: string }} [on]
 */
export const isSameFolder = (one, other, { platform } = process) =>
  platform === 'win32' ? one.toLowerCase() === other.toLowerCase() : one === other;

export const pythonEnvironmentStep = {
  name: 'Python environment',
  state({ root, gpu }) {
    if (!fs.existsSync(folder(root))) return { done: false, why: '.venv is missing' };
    const version = venvVersion(root);
    if (!version) return { done: false, why: '.venv is broken: its Python is gone' };
    if (!isSupported(version)) return { done: false, why: `.venv holds Python ${version}, the course needs 3.10-3.13` };
    const stamp = venvStamp(root);
    if (!stamp.root) return { done: false, why: '.venv was not made to its end' };
    if (stamp.atWork) return { done: false, why: 'an installation into .venv was interrupted' };
    if (!isSameFolder(stamp.root, root))
      return { done: false, why: `.venv was made for another folder (${stamp.root})` };
    if (gpu !== undefined && stamp.requirements && gpu !== (stamp.gpu ?? false)) {
      return { done: false, why: `.venv holds TensorFlow ${gpu ? 'without' : 'with'} CUDA` };
    }
    return { done: true, detail: `Python ${version}` };
  },
  async run(context) {
    const { root } = context;
    const gpu = wantsGpu(context);
    const uv = which('uv');
    const python = findPython({ uv });
    const env = pythonEnvironment();
    removeFolder(folder(root));
    if (uv) await runCommand(context, uv, ['venv', '--python', python?.executable ?? '3.12', folder(root)], { env });
    else await runCommand(context, python.executable, ['-m', 'venv', folder(root)], { env });
    // The stamp comes last: an environment without one was interrupted while it was made.
    stampVenv(root, { gpu });
    return `Python ${venvVersion(root)}${uv ? ' (uv)' : ''}`;
  },
};
