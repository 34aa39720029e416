/** Enter in a console: run what has been typed, or wait for the next line. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import ts from 'typescript';
import { completeness } from '../../scripts/kernel/compile/completeness';

const complete = [
  '',
  '// only a comment',
  '1 + 1',
  'const a = 1',
  'let unset: number;',
  "const s = 'a ] } ) ` /* //';",
  'const r = /[)}/`]/g;',
  'const text = `a ${b ? `c ${d}` : "}"} e`;',
  'function f<T>(x: T): T {\n  return x;\n}',
  'await f()',
  'const x = await (await f()).json();',
  'for await (const v of g()) v;',
  'if (a) b\nelse c',
  'return 5',
  "import { tf } from 'lstm-lab'",
  'export const a = 1; export { a as b }',
  '/* closed */',
  'a\n++b',
  'class A<T> { #x = 1; static { f(); } get y() { return this.#x; } }',
  'a < b',
  'const f = <T,>(x: T) => x;',
  "import data from './x.json' with { type: 'json' }",
  'unknownName',
  'label: for (;;) break label;',
];

const incomplete = [
  'function f() {',
  'function f(a: number,',
  'if (a) {\n  b();\n',
  'if (a)',
  'for (const a of',
  'for (;;)',
  'while (',
  'do {\n} ',
  'try {\n}',
  'switch (a) {\n  case 1:',
  'class A {',
  'class A extends',
  'interface A {',
  'type A =',
  'enum A {',
  'namespace A {',
  'const a =',
  'const { a,',
  'const a = [1,',
  'const a = 1,',
  'do {\n} // and',
  'const a = { b: 1,',
  'f(',
  'f(1,\n  2',
  '(a: number, b',
  'const f = () =>',
  'const f = async (a: number) => {',
  'a +',
  'a ? b',
  'a ? b :',
  'a.',
  'a &&',
  'new',
  'await',
  'throw',
  'typeof',
  '`open',
  '`open\n\n',
  '`a ${',
  '`a ${b} c',
  '`a ${f(`b',
  '/* open',
  '/** open\n *',
  'f( // and a comment',
  'f( /* and',
  'import {',
  'import { a } from',
  'export {',
  "'continued \\\n",
  '@decorator',
  'const m = new Map<string,',
  'x = {\n  get y() {',
];

const invalid = [
  'let 3a = 1;',
  'const = 3',
  ')',
  'f(]',
  '}',
  'a b c',
  "'open",
  "const s = 'open\nconst t = 1",
  '"open\n',
  '/open',
  '/open\n1',
  'if (a) { ) ',
  'const a: = 3;',
  'function 1() {}',
  'for (const a of) {',
  '1 +* 2',
  "import { a } form 'b'",
  '`a ${1 2} b',
];

describe('what has been typed so far is', () => {
  for (const code of complete)
    test(`complete: ${JSON.stringify(code)}`, () => assert.equal(completeness(ts, code).status, 'complete'));
  for (const code of incomplete)
    test(`incomplete: ${JSON.stringify(code)}`, () => assert.equal(completeness(ts, code).status, 'incomplete'));
  for (const code of invalid)
    test(`invalid: ${JSON.stringify(code)}`, () => assert.equal(completeness(ts, code).status, 'invalid'));
});

test('the next line is indented as the last one, a step more behind an opening bracket, and not at all in a template', () => {
  const indents: [string, string][] = [
    ['function f() {', '  '],
    ['function f() {\n  g();', '  '],
    ['if (a) {\n    f(', '      '],
    ['const a =', ''],
    ['f({ // why', '  '],
    ['  const s = `open {', ''],
  ];
  for (const [code, indent] of indents)
    assert.deepEqual(completeness(ts, code), { status: 'incomplete', indent }, code);
});
