/** One variable, whichever cell, function, class or timer uses it. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Cells } from './cells';

describe('variables of cells', () => {
  const cells = new Cells();
  after(() => cells.remove());
  const value = async (expected: unknown, ...sources: string[]) =>
    assert.deepEqual(await cells.run(...sources), expected, sources.join(' ‖ '));

  test('an assignment in a later cell is seen by functions, classes, callbacks and timers of the first', async () => {
    await value(0.5, 'let lr = .1; const f = () => lr', 'lr = .5', 'f()');
    await value(2, 'let n = 1; function g() { return n }', 'n = 2', 'g()');
    await value(3, 'let n = 1; class A { get n() { return n } static s = () => n }; const a = new A()', 'n = 3', 'a.n');
    await value(3, 'A.s()');
    await value([2, 4], 'let k = 1; const each = (x: number) => x * k', 'k = 2', '[1, 2].map(each)');
    await value(
      7,
      'let t = 1; let seen = 0; const timer = setTimeout(() => { seen = t }, 20)',
      't = 7',
      'await new Promise((r) => setTimeout(r, 60)); seen',
    );
    await value(9, 'let o = 1; const reads = { get o() { return o }, m() { return o } }', 'o = 9', 'reads.o');
    await value(
      5,
      'let best = 5; async function* gen() { yield best }',
      'let got = 0; for await (const v of gen()) got = v; got',
    );
  });

  test('what a function of an earlier cell assigns is seen by later cells', async () => {
    await value(
      2,
      'let best = Infinity; const better = (loss: number) => { if (loss < best) best = loss }',
      'better(3); better(2); better(4)',
      'best',
    );
    await value([1, 2], 'let calls = 0; const call = () => ++calls', '[call(), call()]');
    await value(2, 'calls');
  });

  test('every form of assignment', async () => {
    await value([3, 1], 'let a = 1, b = 3; const both = () => [a, b]', '[a, b] = [b, a]', 'both()');
    await value([9, 4], '({ a = 9, b } = { b: 4 } as any)', 'both()');
    await value(
      [9, [2, 3]],
      'let rest: number[] = []; const r = () => [a, rest]',
      '({ x: [, ...rest] } = { x: [1, 2, 3] })',
      'r()',
    );
    await value(
      { c: 2, d: 3 },
      'let others: any; const readOthers = () => others',
      '({ a, ...others } = { a: 9, c: 2, d: 3 })',
      'readOthers()',
    );
    await value(6, 'let i = 5; const readI = () => i', 'i++', 'readI()');
    await value(12, 'i += 6', 'readI()');
    await value(1, 'i ||= 0; i &&= 1; i ??= 5', 'readI()');
    await value(-1, '--i; -- i', 'readI()');
    await value(3, 'for (i of [1, 2, 3]);', 'readI()');
    await value('b', 'let key = ""; const readKey = () => key', 'for (key in { a: 1, b: 2 });', 'readKey()');
    await value([3, 2], 'let [p, { q }] = [3, { q: 2 }]; const pq = () => [p, q]', 'pq()');
    await value([8, 8], 'const { [["p"][0]]: first = 8, second = first } = {} as any; [first, second]');
  });

  test('a name that an inner scope declares is its own', async () => {
    await value(
      [1, 2, 3, 4],
      'let x = 1',
      'const inner = (x: number) => x; { let x = 5; x++ } [x, inner(2), ((x = 3) => x)(), (() => { var x = 4; return x })()]',
    );
    await value(
      [1, 'e', 0],
      'let caught; try { throw "e" } catch (x) { caught = x } let last = -1; for (let x = 0; x < 1; x++) last = x; [x, caught, last]',
    );
    await value([{ x: 1 }, 5, 7], 'class Own { x = 5; static x = 7 } [{ x }, new Own().x, Own.x]');
    await value(3, 'x: for (;;) { for (;;) break x } const label = 3; label');
  });

  test('var inside of blocks belongs to the cell', async () => {
    await value([3, 1, 2], 'for (var v = 0; v < 3; v++); if (v) var w = 1; for (var z of [1, 2]);', '[v, w, z]');
    await value(2, 'try { var inTry = 2 } finally { }', 'inTry');
  });

  test('a declaration in a later cell is an assignment to the same variable, of any type', async () => {
    await value('two', 'const v1: number = 1; const readV = () => v1', 'const v1 = "two"', 'readV()');
    await value(4, 'function h() { return 1 } const callH = () => h()', 'function h() { return 4 }', 'callH()');
    await value('B', 'class K { n = "A" } const makeK = () => new K().n', 'class K { n = "B" }', 'makeK()');
    await value(2, 'let m = 1', 'function m() { return 2 }', 'm()');
    await value(3, 'class m { v = 3 }', 'new m().v');
    await value(1, 'enum m { one = 1 }', 'm.one');
    await value(5, 'namespace m { export const five = 5 }', 'm.five');
    await value(6, 'import { join as m } from "node:path"', 'const m = 6', 'm');
    await value('a/b', 'import { join as m } from "node:path"', 'm("a", "b")');
    await value(7, 'export import m = require("node:path")', 'const m = 7', 'm');
    await value(
      [2, 2, undefined],
      'var before = 1',
      'var before = before + 1; before',
      'var before; const kept = before; let before2 = kept',
      '[before, before2, (() => { let before; return before })()]',
    );
    await value(undefined, 'let before', 'before');
    assert.match(cells.errors('let v1: number = 1;\nconst s: number = "x"')[0], /^2:7 Type 'string' is not assignable/);
  });

  test('functions and classes have the names of their variables', async () => {
    await value(
      ['f1', 'f2', 'C1', 'f3', 'f4', 'f5'],
      'const f1 = () => 1, f2 = function () {}, C1 = class { private p = 1 }; let f3 = (() => 1) as any; const { f4 = () => 1 } = {} as any; let f5: any; f5 ??= async () => 1',
      '[f1, f2, C1, f3, f4, f5].map((f) => f.name)',
    );
  });

  test('a function called by its name has no this', async () => {
    await value(
      [true, true, true],
      'function self(this: any) { return this === undefined } const tag = function (this: any, s: any) { return this === undefined }',
      '[self(), (self as any)(), tag`x`]',
    );
    await value(1, 'const holder = { n: 1, m() { return this.n } }', 'holder.m()');
  });

  test('functions may be called before the line that declares them, classes refer to themselves', async () => {
    await value(
      [2, true],
      'const early = late(); function late() { return 2 } class Self { static made = new Self(); make() { return new Self() } }',
      '[early, Self.made.make() instanceof Self]',
    );
    await value(
      120,
      'function factorial(n: number): number { return n < 2 ? 1 : n * factorial(n - 1) }',
      'factorial(5)',
    );
  });

  test('a variable cannot be read before the line that gives it its first value', async () => {
    const early = { name: 'ReferenceError', message: /^Cannot access '\w+' before initialization$/ };
    await assert.rejects(cells.run('const readsLate = () => isLate; readsLate(); const isLate = 1'), early);
    await assert.rejects(cells.run('readsLate()'), early);
    await assert.rejects(cells.run('const makesLate = () => new Late(); makesLate(); class Late {}'), early);
    await assert.rejects(cells.run('throw new Error("before"); const never = 1'), /^Error: before$/);
    await assert.rejects(cells.run('never'), early);
    await value(
      [1, undefined, undefined],
      'const isLate = 1; let unset, unsetToo: number',
      '[readsLate(), unset, unsetToo]',
    );
  });

  test('names of any letters', async () => {
    await value([1, 2, 3, 4], 'const ñandú = () => 1, 变量 = 2, $q = 3; const __x = 4', '[ñandú(), 变量, $q, __x]');
    await value(5, 'const readX = () => __x; const unrelated = 1', 'const __x = 5', 'readX()');
  });

  test('names of JavaScript itself may be used as variables', async () => {
    await value([1, 2, 3], 'let exports = 1, module = 2, toString = 3', '[exports, module, toString]');
    await value(5, 'const $ = 5, constructor = 6', '$');
  });

  test('types of earlier cells need no names', async () => {
    await value(2, "const fs = await import('fs')", 'fs.existsSync("/") ? 2 : 1');
    await value(3, 'const anonymous = new (class { private p = 3; get v() { return this.p } })()', 'anonymous.v');
    await value(4, 'function hidden() { class Inner { v = 4 } return new Inner() } const made = hidden()', 'made.v');
    await value('s', 'const sym: unique symbol = Symbol("s"); const keyed = { [sym]: "s" }', 'keyed[sym]');
  });

  test('an interface replaces one of the same name; globals can be extended, again and again', async () => {
    await value(2, 'interface P { a: number }', 'interface P { b: number } const pb: P = { b: 2 }', 'pb.b');
    const extended = (type: string) =>
      `declare global { interface Array<T> { second(): ${type} } } Array.prototype.second = function () { return this[1] }`;
    await value(2, extended('T'), '[1, 2].second()');
    await value(2, extended('T'), '[1, 2].second()');
    delete (Array.prototype as { second?: unknown }).second;
  });

  test('a cell that runs again keeps nothing of what it held before', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const cell = 'const held = { rows: new Float64Array(1e6) }; const use = () => held; use().rows.length';
    await cells.run(cell, '(globalThis as any).weak = new WeakRef(held); 0');
    const { weak } = globalThis as unknown as { weak: WeakRef<object> };
    await setImmediate();
    collect();
    assert.ok(weak.deref());
    await cells.run(cell);
    await setImmediate();
    collect();
    assert.equal(weak.deref(), undefined);
  });

  test('what is only declared is not touched', async () => {
    (globalThis as { outside?: number }).outside = 11;
    await value(11, 'declare const outside: number; declare function nowhere(): void; outside');
    await value(11, 'outside');
  });
});
