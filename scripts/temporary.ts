/** Temporary folders that are gone when their process is, however it ended. */
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { WriteError } from '../lib/files';
import { removeFolder } from '../lib/system';
import { isAlive } from './kernel/platform';

/**
 * Makes a folder that is removed when this process exits. What a killed process left under the same name is removed first: the
 * folder's name holds the process's number.
 * @throws WriteError when it cannot be made.
 */
export function temporaryFolder(name: string): string {
  for (const left of readdirSync(tmpdir())) {
    const [, pid] = new RegExp(`^${name}-(\\d+)-\\w+$`).exec(left) ?? [];
    if (pid && !isAlive(Number(pid))) removeFolder(path.join(tmpdir(), left));
  }
  const prefix = path.join(tmpdir(), `${name}-${process.pid}-`);
  try {
    const folder = mkdtempSync(prefix);
    process.on('exit', () => removeFolder(folder));
    return folder;
  } catch (error) {
    throw new WriteError(prefix, error as NodeJS.ErrnoException);
  }
}
