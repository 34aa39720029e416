/** Content hashes, and the small JSON files in which a step remembers what it was done for. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { renamePatiently } from '../system.js';

/**
 * SHA-256 over names and contents; a file that is not there counts as such.
 * @param {string | ((file: string) => string)} names the folder that names are relative to, or what a file is named
 * @param {string[]} files
 */
export function digest(names, files) {
  const hash = createHash('sha256');
  const nameOf = typeof names === 'string' ? (file) => path.relative(names, file) : names;
  for (const file of files) {
    hash.update(`${nameOf(file)}\0`);
    hash.update(fs.existsSync(file) ? fs.readFileSync(file) : 'absent');
    hash.update('\0');
  }
  return hash.digest('hex');
}

/** Every file below `folder` whose name ends as asked, sorted; build outputs and packages are left out. */
export function filesBelow(folder, ending) {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !['dist', 'node_modules'].includes(entry.name))
    .flatMap((entry) => {
      const full = path.join(folder, entry.name);
      if (entry.isDirectory()) return filesBelow(full, ending);
      return entry.name.endsWith(ending) ? [full] : [];
    })
    .sort();
}

/** The JSON in a file, or undefined when it is not there or not readable as JSON. */
export function readJson(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Writes JSON so that no reader ever sees half a file. */
export function writeJson(file, value) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const half = `${file}.${process.pid}`;
  try {
    fs.writeFileSync(half, `${JSON.stringify(value, null, 2)}\n`);
    renamePatiently(half, file);
  } finally {
    fs.rmSync(half, { force: true });
  }
}
