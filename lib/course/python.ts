/** The Pythons of the course: its own environment, which has Keras, and that of the bench, which has PyTorch. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { pythonIn } from '../system';
import { courseFolder } from './claims-file';

const environments = ['.venv', '.venv-peers'];
const found = new Map<string, string | undefined>();

/** A Python of the course that has these modules; undefined where none has them. */
export function python(...modules: string[]): string | undefined {
  const key = modules.join(', ');
  if (!found.has(key))
    found.set(
      key,
      interpreters().find((file) => has(file, modules)),
    );
  return found.get(key);
}

function interpreters(): string[] {
  const root = path.dirname(courseFolder());
  return environments.map((name) => pythonIn(path.join(root, name))).filter((file) => fs.existsSync(file));
}

function has(file: string, modules: string[]): boolean {
  const test = `import importlib.util as u; assert all(u.find_spec(m) for m in ${JSON.stringify(modules)})`;
  return spawnSync(file, ['-c', test]).status === 0;
}
