/** Data inside packages of the two registries, got by their own clients (so that mirrors and proxies set there hold), once. */
import { spawn } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { makeFolder, replaceFile } from '../files';
import { interruptSignal } from '../notebook';
import { cacheDir, courseFolder, ownFolder } from './folders';
import { StatusLine } from './status-line';

/** An archive of a package at a version, held to its SHA-256. */
export interface PackageArchive {
  name: string;
  version: string;
  /** The archive's file name. */
  archive: string;
  sha256: string;
}

/** The archive of an npm package. Throws one sentence when npm cannot get it. */
export function npmArchive(wanted: PackageArchive, line: StatusLine): Promise<string> {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const pack = (folder: string) => [
    [npm, 'pack', `${wanted.name}@${wanted.version}`, '--pack-destination', folder, '--silent'],
  ];
  return packageArchive(wanted, 'npm', pack, line);
}

/** The source archive of a Python package. Throws one sentence when pip cannot get it. */
export function pythonArchive(wanted: PackageArchive, line: StatusLine): Promise<string> {
  const course = courseFolder();
  const own = course ? [path.join(course, '..', '.venv', 'bin', 'python')] : [];
  const pythons = [...own, 'python3', 'python'];
  const pip = (folder: string) =>
    pythons.map((python) => [
      ...[python, '-m', 'pip', 'download', '--quiet', '--no-deps', '--no-binary', ':all:', '--dest', folder],
      `${wanted.name}==${wanted.version}`,
    ]);
  return packageArchive(wanted, 'pip', pip, line);
}

async function packageArchive(
  wanted: PackageArchive,
  client: string,
  commands: (folder: string) => string[][],
  line: StatusLine,
): Promise<string> {
  const own = ownFolder();
  if (own && fs.existsSync(path.join(own, wanted.archive))) return path.join(own, wanted.archive);
  const cached = path.join(cacheDir(), wanted.archive);
  if (fs.existsSync(cached)) return cached;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lstm-lab-'));
  line.show(`Getting ${wanted.archive} …`);
  try {
    let reason = '';
    for (const command of commands(folder)) {
      reason = await run(command, folder);
      const found = path.join(folder, wanted.archive);
      if (!fs.existsSync(found)) continue;
      const content = fs.readFileSync(found);
      const digest = crypto.createHash('sha256').update(content).digest('hex');
      if (digest !== wanted.sha256)
        throw new Error(`${wanted.archive} from ${client} does not have the expected SHA-256.`);
      makeFolder(cacheDir());
      replaceFile(cached, content);
      return cached;
    }
    throw new Error(`${wanted.archive} could not be had by ${client}${reason ? ` (${reason})` : ''}.`);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs a command; gives the last line of what it complains of. */
function run([command, ...rest]: string[], cwd: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const signal = interruptSignal();
    const child = spawn(command, rest, { cwd, stdio: ['ignore', 'ignore', 'pipe'], signal, timeout: 120_000 });
    let complaint = '';
    child.stderr.on('data', (chunk) => (complaint += String(chunk)));
    child.on('error', (error) => {
      if (signal?.aborted) reject(Object.assign(new Error('The download was interrupted.'), { name: 'Interrupted' }));
      else resolve(error.message);
    });
    child.on('close', () => resolve(complaint.trim().split('\n').pop()?.slice(0, 200) ?? ''));
  });
}
