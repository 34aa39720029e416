/** `await` anywhere outside of functions. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { Cells } from './cells';

describe('await in cells', () => {
  const cells = new Cells();
  after(() => cells.remove());

  const forms: Record<string, [cells: string[], value: unknown]> = {
    'of a plain value': [['await [1]'], [1]],
    'of a function called at once': [['await (async () => 5)()'], 5],
    'inside of another': [
      ['const get = async () => ({ json: async () => ({ n: 1 }) })', 'const j = await (await get()).json(); j.n'],
      1,
    ],
    'alone in a for await': [
      ['async function* count() { yield 1; yield 2 }', 'let sum = 0; for await (const v of count()) sum += v; sum'],
      3,
    ],
    'over an array of promises': [
      ['let all = ""; for await (const v of [Promise.resolve("a"), "b"]) all += v; all'],
      'ab',
    ],
    'in destructuring, with a default that waits': [
      ['const { a: [w1, w2 = await Promise.resolve(2)] } = await Promise.resolve({ a: [1] } as any); [w1, w2]'],
      [1, 2],
    ],
    'in a template, a call, a condition, an index': [
      ['`${await 1}` + String(await 2) + (await true ? await 3 : 0) + [4][await 0]'],
      '1234',
    ],
    'in loops and blocks': [
      [
        'let n = 0; while (await (n < 3)) n++; do { n += await 1 } while (await false); for (let i = await 0; i < (await 2); i++) { n += i } if (await true) { n++ } switch (await 1) { case await 1: n++ } n',
      ],
      7,
    ],
    'in try and finally': [
      [
        'let order = ""; try { await Promise.reject(new Error("x")) } catch (e) { order += await (e as Error).message } finally { order += await "f" } order',
      ],
      'xf',
    ],
    'in what a class extends': [
      ['class Base { b = 1 } class Waits extends (await Base) { k = 2 } const waits = new Waits(); [waits.b, waits.k]'],
      [1, 2],
    ],
    'in an exported variable and in export default': [['export const ex = await 3; export default await 4'], 4],
    'only in functions, which takes no waiting': [['const later = async () => await 1; typeof later'], 'function'],
  };
  for (const [name, [texts, expected]] of Object.entries(forms))
    test(name, async () => assert.deepEqual(await cells.run(...texts), expected));

  test('inside of a function that is not async TypeScript says what to do', () => {
    assert.match(
      cells.errors('function f() {\n  return await 1;\n}')[0],
      /^2:10 'await' expressions are only allowed within async functions/,
    );
    assert.match(cells.errors('class S { static { await 1 } }')[0], /^1:20 /);
  });

  test('what is rejected can be caught, and names assigned before stay', async () => {
    await assert.rejects(
      cells.run('let reached = 1; await Promise.reject(new Error("no")); reached = 2'),
      /^Error: no$/,
    );
    assert.equal(await cells.run('reached'), 1);
  });

  test('resources are disposed of when the cell ends, after its awaits', async () => {
    await cells.run(
      `let log: string[] = [];
       (Symbol as any).dispose ??= Symbol('dispose'); (Symbol as any).asyncDispose ??= Symbol('asyncDispose');
       const resource = (name: string) => ({ name, [Symbol.dispose]() { log.push('sync ' + name) }, async [Symbol.asyncDispose]() { await 0; log.push('async ' + name) } })`,
      'using one = resource("one"); await using two = resource("two"); log.push(one.name + two.name); await 0',
    );
    assert.deepEqual(await cells.run('log'), ['onetwo', 'async two', 'sync one']);
    assert.match(cells.errors('one')[0], /Cannot find name 'one'/);
  });
});
