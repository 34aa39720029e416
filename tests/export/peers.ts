/** Other libraries, live where their environments are installed: the course's own has Keras, the peers' PyTorch and ONNX Runtime. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import { python } from '../../lib/course/python';

/** Options of a test that needs a library: skipped, with the reason, where there is none. */
export const needs = (...modules: string[]): { skip?: string } =>
  python(...modules) ? {} : { skip: `no ${modules.join(', ')} in .venv or .venv-peers` };

/** What `peer.py FORMAT FILE …` says. */
export function askPeer<T>(format: string, modules: readonly string[], ...args: string[]): T {
  const { status, stdout, stderr } = spawnSync(
    python(...modules)!,
    [path.join(__dirname, 'peer.py'), format, ...args],
    { encoding: 'utf8', maxBuffer: 2 ** 28 },
  );
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout.slice(stdout.lastIndexOf('\n', stdout.length - 2) + 1));
}

/** A folder that is removed after the tests. */
export function temporaryFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lstm-export-'));
  after(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export const fixtureFile = (name: string): string => path.join(__dirname, 'fixtures', name);
