/** nbconvert, which makes HTML of notebooks. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Writes NAME.html into `folder` for each notebook.
 * @throws Error with the last line that nbconvert printed.
 */
export async function toHtml(python: string, files: string[], folder: string, flags: string[]): Promise<void> {
  if (files.length === 0) return;
  const options = ['--to', 'html', '--log-level', 'ERROR', '--output-dir', path.resolve(folder), ...flags];
  try {
    await run(python, ['-m', 'nbconvert', ...options, ...files.map(globLiteral)]);
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    throw new Error(`nbconvert: ${(stderr || message).trim().split('\n').at(-1)}`);
  }
}

/** A path as a pattern that only it matches: nbconvert reads its arguments as patterns. */
const globLiteral = (file: string): string => file.replace(/[*?[]/g, '[$&]');
