/** Paths that only one machine has: they must not get into what is committed. */
import { homedir } from 'node:os';

/** Folders whose content differs from machine to machine, and that no lesson has a reason to name. */
export const sourcePaths = ['/home', '/Users', '/root', '/private/var'];

// eslint-disable-next-line no-restricted-syntax -- no path to take: what an output must not hold
const outputPaths = () => [...sourcePaths, '/tmp', process.cwd(), homedir()].filter((folder) => folder.length > 1);

/** The first such path in a value's texts, or undefined; pictures in base64 are not looked into. */
export function machinePath(value: unknown, folders = outputPaths()): string | undefined {
  const binary = /^(image\/(?!svg)|audio\/|video\/)/;
  const text = JSON.stringify(value, (key, inner: unknown) => (binary.test(key) ? undefined : inner));
  for (const folder of new Set(folders)) {
    const literal = folder.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    const found = new RegExp(`(?<![\\w.:/-])${literal}/[^\\s"'<>)\\\\]*`).exec(text);
    if (found) return found[0];
  }
  return undefined;
}
