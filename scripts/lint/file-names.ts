/** A file of code is named in kebab-case by the term the field uses: `early-stopping.ts`, not `earlyStopping.ts`. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { Problem } from './problem';

const rooms = ['lib', 'scripts', 'tests'];
const code = /\.(?:[cm]?[jt]s|cc|h)$/;
/** `lstm.ts`, `early-stopping.test.ts`, `01b.ts`; lib/native keeps the underscores that C++ and TensorFlow use. */
const kebab = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9-]+)*$/;
const snake = /^[a-z0-9]+(?:_[a-z0-9]+)*\.(?:cc|h)$/;

/** Every file of code whose name is not in kebab-case. */
export function checkFileNames(root: string): Problem[] {
  return rooms.flatMap((room) =>
    readdirSync(path.join(root, room), { recursive: true, encoding: 'utf8' })
      .filter((file) => code.test(file) && !/(^|[\\/])(dist|node_modules)[\\/]/.test(file))
      .flatMap((file) => {
        const message = judgeName(path.basename(file));
        return message ? [{ file: `${room}/${file.split(path.sep).join('/')}`, message }] : [];
      }),
  );
}

/** What is wrong with the name of a file; undefined when nothing is. */
export function judgeName(name: string): string | undefined {
  if (kebab.test(name) || snake.test(name)) return undefined;
  const better = name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replaceAll('_', '-')
    .toLowerCase();
  return `is not named in kebab-case: ${better}`;
}
