/** Every public name has a doc comment and an example that runs, compiles, and prints what it says. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { readReference, shownBy, type Room } from '../../../scripts/book/reference/rooms';
import { fillDataFolder } from './data-folder';
import { complaints, printed, said } from './example';

const folder = mkdtempSync(path.join(tmpdir(), 'lstm-examples-'));
const { execArgv } = process;
const home = process.cwd();
after(() => {
  process.chdir(home);
  process.execArgv = execArgv;
  rmSync(folder, { recursive: true, force: true });
});

describe('the examples of the reference', async () => {
  const rooms = await readReference();
  before(async () => {
    await fillDataFolder(folder);
    process.chdir(folder);
    // A worker of `serve` finds tsx from there too.
    process.execArgv = execArgv.map((flag) => (flag === 'tsx' ? pathToFileURL(require.resolve('tsx')).href : flag));
  });

  test("no module's own comment is taken for that of its first export", () => {
    const lib = path.resolve(__dirname, '../../../lib');
    const heads = readdirSync(lib, { recursive: true, encoding: 'utf8' })
      .filter((file) => /^(?!.*(dist|node_modules)).*index\.ts$/.test(file) && !file.startsWith('course'))
      .map((file) => ({ file, text: readFileSync(path.join(lib, file), 'utf8') }));
    const taken = heads.filter(({ text }) => /^\/\*\*(?:(?!@module|\*\/)[\s\S])*\*\/\nexport/.test(text));
    assert.deepEqual(
      taken.map(({ file }) => file),
      [],
      'give it the tag @module',
    );
  });

  test('compile', () => assert.deepEqual(complaints(rooms), []));

  for (const room of rooms)
    describe(room.name, () => {
      test('every name says what it is, and an example shows it', () => {
        const values = room.entries.filter(({ kind }) => kind !== 'type');
        const without = (has: (name: string) => boolean) => values.map(({ name }) => name).filter((name) => !has(name));
        assert.deepEqual(
          without((name) => textOf(room, name) !== ''),
          [],
          'no doc comment',
        );
        assert.deepEqual(
          without((name) => shownBy(room, name).length > 0),
          [],
          'no example',
        );
      });

      test('every type says what it is, and each of its options and fields too', () => {
        const types = room.entries.filter(({ kind }) => kind === 'type');
        const silent = types.flatMap(({ name, text, members }) => [
          ...(text ? [] : [name]),
          ...members.filter((member) => !member.text).map(({ signature }) => `${name}, ${signature}`),
        ]);
        assert.deepEqual(silent, []);
      });

      for (const { name, examples } of room.entries)
        for (const example of examples)
          test(name, async () => {
            const expected = said(example);
            assert.ok(expected.length > 0 && expected.every(Boolean), `an example prints, and says what:\n${example}`);
            assert.deepEqual(await printed(example), expected);
          });
    });
});

const textOf = (room: Room, name: string): string => room.entries.find((one) => one.name === name)!.text;
