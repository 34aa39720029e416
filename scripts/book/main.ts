/** `npm run book [-- --out DIR]`: the course as static pages that work from a file, without a network. */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { pythonIn } from '../../lib/build-native/python.mjs';
import { keptByNpm } from '../npm-flags.mjs';
import { makeBook } from './book';
import { readReference } from './reference/rooms';

const root = path.resolve(__dirname, '../..');

async function main(): Promise<void> {
  const kept = keptByNpm('npm run book', ['out']);
  if (kept) throw new Error(kept);
  const { values } = parseArgs({ options: { out: { type: 'string', default: path.join(root, 'reports/book') } } });
  const pages = makeBook({
    notebooks: path.join(root, 'notebooks'),
    out: path.resolve(values.out),
    python: pythonIn(path.join(root, '.venv')),
    rooms: await readReference(),
  });
  console.log(`${pages} pages: ${path.join(path.relative(process.cwd(), path.resolve(values.out)), 'index.html')}`);
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
