/** What cells import, and what pasted module code exports. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { after, describe, test } from 'node:test';
import { Cells } from './cells';

describe('modules of cells', () => {
  const cells = new Cells();
  after(() => cells.remove());
  const value = async (expected: unknown, ...sources: string[]) =>
    assert.deepEqual(await cells.run(...sources), expected, sources.join(' ‖ '));

  test('pasted module code: every form of export is a variable like any other', async () => {
    await value([3, 4, 5], 'export const a = 3; export let b = 4; export function c() { return 5 }', '[a, b, c()]');
    await value(
      1,
      'export class D { d = 1 } export enum E { e = 2 } export type T = number; export interface I { i: T }',
      'new D().d',
    );
    await value(5, 'export default 5');
    assert.equal(await ((await cells.run('export default async function () { return 7 }')) as () => unknown)(), 7);
    assert.equal(new ((await cells.run('export default class { n = 7 }')) as new () => { n: number })().n, 7);
    for (const anonymous of ['class {}', 'function () {}', '() => 1'])
      assert.equal(((await cells.run(`export default ${anonymous}`)) as { name: string }).name, 'default');
    await value(6, 'export default function six() { return 6 }', 'six()');
    await value(7, 'export default class Seven { n = 7 }', 'new Seven().n');
    await value(8, 'const eight = 8; export { eight, eight as acht }; export {}; export type { T }', 'eight');
    await value(
      undefined,
      'export * from "node:fs"; export * as files from "node:fs"; export { existsSync } from "node:fs"',
    );
  });

  test('every form of import, of Node, of a package and of a CommonJS file', async () => {
    await value(
      [true, true, true],
      'import fs, { existsSync, existsSync as there } from "node:fs"; import * as all from "fs"',
      '[fs.existsSync("/"), there("/"), all.existsSync === existsSync]',
    );
    await value('function', 'import assertion = require("node:assert"); typeof assertion.equal');
    await value('function', 'export import exported = require("node:assert")', 'typeof exported.equal');
    await value(2, "const dynamic = await import('fs')", 'dynamic.existsSync("/") ? 2 : 1');
    await value('string', 'const { version } = require("typescript/package.json"); typeof version');
    await value(
      1,
      'import type { Stats } from "node:fs"; import { type Dirent } from "node:fs"; let s: Stats | Dirent | undefined; 1',
    );
    cells.write('common.cjs', 'module.exports = { n: 4, f() { return this.n } }');
    await value([4, 4], 'import common from "./common.cjs"; import { n } from "./common.cjs"; [common.f(), n]');
  });

  test('json, with and without attributes', async () => {
    cells.write('config.json', '{ "rate": 0.1, "list": [1, 2] }');
    await value(0.1, "import config from './config.json' with { type: 'json' }; config.rate");
    await value(2, "import plain from './config.json'; plain.list.length");
    cells.write('config.json', '{ "rate": 0.1, "list": [1, 2, 3] }');
    await value(3, "import plain from './config.json'; plain.list.length");
    await value(true, "require('./config.json') === require('./config.json')");
    cells.write('config.json', '{ "rate": 0.1, "list": [] }');
    await value([0, 0], "[require('./config.json').list.length, (await import('./config.json')).default.list.length]");
    await value(0.1, "const loaded = await import('./config.json', { with: { type: 'json' } }); loaded.default.rate");
  });

  test('TypeScript beside the notebook, by any name, changed between two cells', async () => {
    cells.write('deep.ts', 'export const deep = 3;');
    cells.write(
      'local.ts',
      "import { deep } from './deep';\nexport const twice: number = deep * 2;\nexport let count = 0;\nexport const add = () => { count++ };\nexport default 'd';",
    );
    await value(6, "import { twice } from './local.ts'; twice");
    await value(6, "import { twice as again } from './local'; again");
    await value([6, 'd'], "import standard, * as js from './local.js'; [js.twice, standard]");
    await value(1, "import { count, add } from './local'; add()", 'count');
    cells.write('deep.ts', 'export const deep = 30;');
    await value(60, "import { twice } from './local.ts'; twice");
    await value(60, "(await import('./local.ts')).twice");
    assert.match(cells.errors("import { twce } from './local.ts'")[0], /twce.*[Dd]id you mean 'twice'/);
    cells.write('wrong.ts', "export const n: number = 'x';");
    assert.match(cells.errors("import { n } from './wrong'; n")[0], /Type 'string' is not assignable/);
  });

  test('an .mjs that awaits at its top level', async () => {
    cells.write('waits.mjs', 'export const waited = await Promise.resolve(5); export default import.meta.url;');
    await value(5, "(await import('./waits.mjs')).waited");
    await value(5, "import { waited } from './waits.mjs'; waited");
    cells.write('waits.mjs', 'export const waited = await Promise.resolve(50);');
    await value(50, "(await import('./waits.mjs')).waited");
  });

  test('TypeScript by other endings: a module, a CommonJS file, with JSX in it', async () => {
    cells.write('m.mts', 'export const m = 5;');
    cells.write('c.cts', 'export const c = 6;');
    cells.write('t.tsx', 'export const t = 7 as number;');
    await value(
      [5, 5, 6, 7],
      'import { m } from "./m.mts"; import { m as byName } from "./m.mjs"; import { c } from "./c.cts"; import { t } from "./t"; [m, byName, c, t]',
    );
  });

  test('TypeScript that awaits at its top level, or imports what does', async () => {
    cells.write('slow.ts', 'export const slow = await Promise.resolve(1);');
    cells.write(
      'uses.ts',
      "import { slow } from './slow'; export const uses = slow + 1; export const read = () => slow;",
    );
    await value([2, 1], "import { uses, read } from './uses'; [uses, read()]");
    await value(2, "(await import('./uses')).uses");
    cells.write('slow.ts', 'let sum = 0; for await (const n of [4, 5]) sum += n; export const slow = sum;');
    await value(10, "import { uses } from './uses'; uses");
    cells.write(
      'round.ts',
      "import { trip } from './trip'; export const round = await 1; export const there = () => trip;",
    );
    cells.write('trip.ts', "import { round } from './round'; export const trip = 2; export const back = () => round;");
    await value([2, 1], "import { there } from './round'; import { back } from './trip'; [there(), back()]");
    await assert.rejects(cells.run("require('./slow')"), /slow\.ts awaits at its top level: import it/);
    cells.write('fails.ts', "await 0; throw new Error('in fails')");
    await assert.rejects(cells.run("import './fails'"), /^Error: in fails$/);
    await assert.rejects(cells.run("await import('./fails')"), /^Error: in fails$/);
  });

  test('a module that can only be imported, in TypeScript beside the notebook', async () => {
    cells.write('only.mjs', 'export const n = await Promise.resolve(4); export default 5;');
    cells.write(
      'imports.ts',
      "import five, { n } from './only.mjs'; import * as all from './only.mjs'; export default n + five + all.n;",
    );
    await value(13, "import sum from './imports'; sum");
  });

  test('import.meta and the names of a script of Node', async () => {
    const file = path.join(cells.folder, 'notebook.js');
    await value(
      [pathToFileURL(file).href, file, cells.folder],
      '[import.meta.url, import.meta.filename, import.meta.dirname]',
    );
    await value(
      [cells.folder, file, file, true],
      '[__dirname, __filename, module.filename, module.exports === exports]',
    );
    await value(true, 'require.main === module && module.require("fs") === require("fs")');
    await value(pathToFileURL(path.join(cells.folder, 'x.txt')).href, "new URL('./x.txt', import.meta.url).href");
  });

  test('a cell that names itself a module is a file for later cells', async () => {
    await cells.run('/** @module shapes */\nexport const side = 2;\nexport type Side = number;');
    await value(2, "import { side, type Side } from './shapes'; const own: Side = side; own");
    await cells.run('/** @module shapes */\nexport const side = 3;\nexport type Side = number;');
    await value(3, "import { side } from './shapes'; side");
  });

  test('what does not exist is said at its import', async () => {
    assert.match(
      cells.errors("1;\nimport x from 'no-such-package'; x")[0],
      /^2:15 Cannot find module 'no-such-package'/,
    );
    const said = (cell: string) => cells.errors(cell).join();
    assert.match(said("import x from '@no/such/part'; x"), /`npm install @no\/such` in the notebook's folder/);
    assert.match(said("import m from 'npm:moment@2.29.4'; m"), /run `npm install moment@2\.29\.4` .*import 'moment'/);
    assert.match(said("await import('jsr:@std/uuid')"), /run `npx jsr add @std\/uuid` .*import '@std\/uuid'/);
    assert.match(said("import v from 'https://deno.land/std/version.ts'; v"), /Node imports no addresses/);
    assert.doesNotMatch(said("import n from './nowhere'; n"), /npm/);
    assert.match(cells.errors("import { nothing } from 'node:fs'; nothing")[0], /no exported member 'nothing'/);
    await assert.rejects(cells.run("await import('./absent.mjs' as string)"), /Cannot find module|no such file/);
  });
});
