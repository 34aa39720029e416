/** Data inside packages of the two registries, got by their own clients (so that mirrors and proxies set there hold), once. */
import { spawn } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { makeFolder, replaceFile } from '../files';
import { interruptSignal } from '../notebook';
import { pythonIn, removeFolder } from '../system';
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
  const pack = () => [npmPack(wanted)];
  return packageArchive(wanted, 'npm', pack, line);
}

/** The command that writes the archive into the folder where it is started. */
export const npmPack = ({ name, version }: PackageArchive): string[] => [
  'npm',
  'pack',
  `${name}@${version}`,
  '--silent',
];

/** The Pythons to try, the course's own first. */
export function pythons(
  course: string | undefined,
  on: { platform: string; path?: path.PlatformPath } = { platform: process.platform },
): string[] {
  const { join } = on.path ?? path;
  return [...(course ? [pythonIn(join(course, '..', '.venv'), on)] : []), 'python3', 'python'];
}

/** Whether a command is started by a shell: npm is a `.cmd` on Windows, which Node starts in no other way. It holds no text of a user's. */
export const needsShell = (command: string, { platform }: { platform: string } = process): boolean =>
  platform === 'win32' && command === 'npm';

/** The source archive of a Python package. Throws one sentence when pip cannot get it. */
export function pythonArchive(wanted: PackageArchive, line: StatusLine): Promise<string> {
  const pip = (folder: string) =>
    pythons(courseFolder()).map((python) => [
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
    removeFolder(folder);
  }
}

/** Runs a command; gives the last line of what it complains of. */
function run([command, ...rest]: string[], cwd: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const signal = interruptSignal();
    const shell = needsShell(command);
    const child = spawn(command, rest, { cwd, shell, stdio: ['ignore', 'ignore', 'pipe'], signal, timeout: 120_000 });
    let complaint = '';
    child.stderr.on('data', (chunk) => (complaint += String(chunk)));
    child.on('error', (error) => {
      if (signal?.aborted) reject(Object.assign(new Error('The download was interrupted.'), { name: 'Interrupted' }));
      else resolve(error.message);
    });
    child.on('close', () => resolve(complaint.trim().split('\n').pop()?.slice(0, 200) ?? ''));
  });
}
