/** The environment of the peers, made when it is first needed. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { findPython, which, pythonIn } from '../../lib/build-native/python.mjs';

const root = path.join(__dirname, '..', '..');

/** Makes or renews `.venv-peers`; throws with the installer's words when it cannot. */
export function ensurePeers(log: (line: string) => void): void {
  const venv = path.join(root, '.venv-peers');
  const requirements = path.join(__dirname, 'peers', 'requirements.txt');
  const stamp = path.join(venv, 'requirements.sha256');
  const digest = createHash('sha256').update(fs.readFileSync(requirements)).digest('hex');
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === digest) return;
  log('installing Keras and PyTorch into .venv-peers (once, about 2 GB)');
  const python = findPython({ uv: undefined })!;
  const run = (file: string, args: string[]) => {
    const { status, stderr, stdout } = spawnSync(file, args, { cwd: root, encoding: 'utf8' });
    if (status !== 0) throw new Error(`The peers could not be installed: ${(stderr || stdout).trim().slice(-1500)}`);
  };
  const uv = which('uv');
  const target = pythonIn(venv);
  if (uv) {
    run(uv, ['venv', '--python', python.executable, '--allow-existing', venv]);
    run(uv, ['pip', 'install', '--python', target, '-r', requirements]);
  } else {
    run(python.executable, ['-m', 'venv', venv]);
    run(target, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements]);
  }
  fs.writeFileSync(stamp, digest);
}
