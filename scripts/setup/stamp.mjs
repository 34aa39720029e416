/** Content hashes, and the small JSON files in which a step remembers what it was done for. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

/** SHA-256 over names (relative to `root`) and contents; a file that is not there counts as such. */
export function digest(root, files) {
  const hash = createHash('sha256');
  for (const file of files) {
    hash.update(`${path.relative(root, file)}\0`);
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
    fs.renameSync(half, file);
  } finally {
    fs.rmSync(half, { force: true });
  }
}
