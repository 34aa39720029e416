/** Paths that only one machine has: they must not get into what is committed. */
import { homedir } from 'node:os';

/** Folders whose content differs from machine to machine, and that no lesson has a reason to name. */
export const sourcePaths = ['/home', '/Users', '/root', '/private/var'];

// eslint-disable-next-line no-restricted-syntax -- no path to take: what an output must not hold
const outputPaths = () => [...sourcePaths, '/tmp', process.cwd(), homedir()].filter((folder) => folder.length > 1);

/** The first such path in a value's texts, or undefined; pictures in base64 are not looked into. */
export function machinePath(value: unknown, folders = outputPaths()): string | undefined {
  const binary = /^(image\/(?!svg)|audio\/|video\/)/;
  const text = JSON.stringify(value, (key, inner: unknown) => (binary.test(key) ? undefined : inner)) ?? '';
  for (const pattern of [usersOnWindows, ...[...new Set(folders)].map(below)]) {
    const found = pattern.exec(text);
    if (found) return found[0].replaceAll('\\\\', '\\');
  }
  return undefined;
}

/** Finds a path below a folder. */
function below(folder: string): RegExp {
  if (/^[a-z]:[\\/]/i.test(folder)) return onWindows(folder.split(/[\\/]+/).map(literal));
  return new RegExp(`(?<![\\w.:/-])${literal(folder)}/[^\\s"'<>)\\\\]*`);
}

/** Finds a path of Windows whose first parts are given, with either separator; a text in JSON writes each backslash twice. */
function onWindows(parts: string[]): RegExp {
  const separator = String.raw`(?:/|(?:\\\\)+)`;
  return new RegExp(String.raw`(?<!\w)${parts.join(separator)}${separator}(?:\\\\|[^\s"'<>)\\])*`, 'i');
}

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const usersOnWindows = onWindows(['[a-z]:', 'Users']);
