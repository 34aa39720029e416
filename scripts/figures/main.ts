/** Writes the course's drawings into notebooks/figures: `node --import tsx scripts/figures/main.ts`. */
import fs from 'node:fs';
import path from 'node:path';
import { drawings } from './drawings';

const folder = path.resolve(__dirname, '../../notebooks/figures');

fs.mkdirSync(folder, { recursive: true });
for (const [name, draw] of Object.entries(drawings)) fs.writeFileSync(path.join(folder, `${name}.svg`), draw());
console.log(`${Object.keys(drawings).length} drawings in ${path.relative(process.cwd(), folder)}`);
