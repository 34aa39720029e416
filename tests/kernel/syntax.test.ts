/** TypeScript and JavaScript as they are today, in a cell. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { Cells } from './cells';

describe('syntax of cells', () => {
  const cells = new Cells();
  after(() => cells.remove());
  const value = async (expected: unknown, ...sources: string[]) =>
    assert.deepEqual(await cells.run(...sources), expected, sources.join(' ‖ '));

  test('the library of this Node', async () => {
    await value(
      [[1, 3], 3, [2, 1], [1, 9]],
      '[[3, 1].toSorted(), [1, 3].findLast((n) => n > 2), [1, 2].toReversed(), [1, 2].with(1, 9)]',
    );
    if ('groupBy' in Object) await value([1, 3], 'Object.groupBy([1, 2, 3], (n) => n % 2 ? "odd" : "even").odd');
    else assert.match(cells.errors('Object.groupBy([1], String)')[0], /groupBy/);
    if ('union' in Set.prototype) await value(2, 'new Set([1]).union(new Set([2])).size');
    else assert.match(cells.errors('new Set([1]).union(new Set([2]))')[0], /union/);
  });

  test('standard decorators', async () => {
    await value(
      [6, ['same'], true],
      `const seen: string[] = [];
       function double(method: (n: number) => number, context: ClassMethodDecoratorContext) {
         seen.push(String(context.name));
         return function (this: any, n: number) { return 2 * method.call(this, n) };
       }
       const sealed = <T extends new (...all: any[]) => object>(c: T, _: ClassDecoratorContext) => Object.freeze(c);`,
      '@sealed class Decorated { @double same(n: number) { return n } accessor size = 1; }',
      '[new Decorated().same(3), seen, Object.isFrozen(Decorated)]',
    );
  });

  test('private members, static blocks, accessors, parameter properties, abstract and generic classes', async () => {
    await value(1, 'const C = class { private p = 1; get v() { return this.p } }', 'new C().v');
    await value(
      [3, 2, 'Sub', 5],
      `abstract class Shape<T> { #secret = 3; static made = 0; static { Shape.made = 2 } constructor(protected readonly item: T) {} abstract name(): string; get secret() { return this.#secret } }
       class Sub extends Shape<number> { name() { return 'Sub' } get own() { return this.item } }`,
      'const sub = new Sub(5); [sub.secret, Sub.made, sub.name(), sub.own]',
    );
  });

  test('enums, namespaces, overloads, unions, satisfies, as const, tuples', async () => {
    await value([1, 'B', 4], 'enum Up { A, B } const enum Fixed { four = 4 }', '[Up.B, Up[1], Fixed.four]');
    await value(
      [1, 3],
      'namespace Outer { export const one = 1; export namespace Inner { export const three = 3 } }',
      'import Short = Outer.Inner; [Outer.one, Short.three]',
    );
    await value(
      ['n', 's'],
      "function kind(x: number): 'n'; function kind(x: string): 's'; function kind(x: unknown) { return typeof x === 'number' ? 'n' : 's' }",
      '[kind(1), kind("")]',
    );
    await value(
      [1, 'a'],
      "const pair = [1, 'a'] as const; type Pair = typeof pair; const named: [n: number, s: string] = [...pair]",
      'const copy: Pair = pair; named',
    );
    await value(2, 'const palette = { red: [1, 2] } satisfies Record<string, number[]>', 'palette.red[1]');
    await value(
      'ok',
      "type Result<T> = { ok: true; value: T } | { ok: false }; const done = (r: Result<string>) => r.ok ? r.value : 'no'",
      "done({ ok: true, value: 'ok' })",
    );
    await value(
      3,
      'const first = <const T extends readonly unknown[]>(all: T): T[0] => all[0]',
      'const three: 3 = first([3, 4]); three',
    );
    await value(1, 'declare const never1: number; 1');
  });

  test('the last expression is the value; statements and declarations have none', async () => {
    const none = [
      'const quiet = 1',
      'let quiet2',
      'if (true) 5',
      '{ 5 }',
      'function quiet3() {}',
      'type Q = 1',
      '',
      '// only a comment',
      'for (;;) break',
    ];
    for (const source of none) await value(undefined, source);
    await value(5, '5; // and a comment');
    await value(5, '5\ntype After = number;\ninterface Behind {}\n;');
    await value({ a: 1 }, '({ a: 1 })');
    await value('directive', '"use strict"; "directive"');
    await value('use strict', '"use strict"');
    await value(1, '#!/usr/bin/env node\n1');
    await value(2, '/* a */ 1 + /* b */ 1 /* c */');
    await value(3, 'quiet2 = 3');
    assert.equal(((await cells.run('() => 1')) as () => number).name, '');
  });

  test('code in ways that strangers write it', async () => {
    await value([1, 4, 9], 'const squares = [1, 2, 3]\n  .map((n) => n ** 2)\n\nsquares');
    await value('1,2', 'const sum = (a: number) => (b: number) => `${a},${b}`; sum(1)(2)');
    await value([2, undefined, 'd'], 'const o = { a: { b: 2 } } as any; [o?.a?.b, o.x?.y.z, o.q ?? "d"]');
    await value(
      [0, 1, 1, 2, 3],
      'function* fib() { let [a, b] = [0, 1]; for (;;) { yield a; [a, b] = [b, a + b] } } const five: number[] = []; for (const n of fib()) { if (five.length === 5) break; five.push(n) } five',
    );
    await value(10n, '5n * 2n');
    await value(true, '/(?<year>\\d{4})/u.test("2024")');
    await value(
      6,
      'var old = 1; var old = 2; function add(a, b = old, ...more) { return a + b + more.length } add(2, 3, 4)',
    );
    await value('y', "let u: unknown = 'y'; (u as string) && <string>u");
  });

  test('what a cell cannot do is said in a sentence', () => {
    assert.match(cells.errors('const page = 1;\nconst view = <div>{page}</div>').join(), /^2:\d+ Cells have no JSX/);
    assert.match(cells.errors('<App title="x" />').join(), /^1:\d+ Cells have no JSX/);
    assert.doesNotMatch(cells.errors('const a = 1 +').join(), /JSX/);
    for (const [name, why] of [
      ['Deno', 'no Deno'],
      ['document', 'not in the page'],
      ['window', 'not in the page'],
    ])
      assert.match(
        cells.errors(`${name}.x`).join(),
        new RegExp(`Cannot find name '${name}'.*Cells run on Node, .*${why}`),
      );
  });

  test('an error is said at its line and column', () => {
    assert.deepEqual(cells.errors('const ok = 1;\nconst four: number = ;'), ['2:22 Expression expected.']);
    assert.match(cells.errors('let a = 1;\nfoo(')[0], /^2:5 /);
    assert.match(cells.errors("const s = 'open")[0], /^1:16 Unterminated string literal/);
    assert.match(cells.errors('const n: number = 1;\n\n  n.foo();')[0], /^3:5 Property 'foo' does not exist/);
    assert.match(cells.errors('let twice = 1;\nlet twice = 2;')[0], /^1:5 Cannot redeclare/);
    assert.match(cells.errors('return 5')[0], /^1:1 A 'return' statement can only be used within a function body/);
    assert.match(
      cells.errors('let 3a = 1;').join(),
      /1:6 An identifier or keyword cannot immediately follow a numeric literal/,
    );
    assert.match(cells.errors('const c1 = 1; c1 = 2')[0], /^1:15 Cannot assign to 'c1' because it is a constant/);
  });
});
