import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { converse, missing, ofKind, plain, type Outcome, type StepResult } from './kernel';

const thrown = `interface Longer {
  name: string;
}

function check(value: number): void {
  // A comment, and types that leave no trace in JavaScript.
  if (value > 2) throw new RangeError('too large: ' + value);
}
const kept: number = 5;
check(kept);`;

const steps = {
  thrown,
  afterThrown: 'kept + 1',
  rejected: "await new Promise((_, reject) => setTimeout(() => reject(new TypeError('no')), 10));",
  typeError: "const one = 1;\nconst two: number = 'two';\nconst three: { a: number } = { a: 'x' };",
  afterTypeError: 'one',
  syntax: 'const four: number = ;',
  notAnError: "throw 'a string';",
  cause: "throw new Error('outer', { cause: new SyntaxError('inner') });",
  ownClass: "class OwnError extends Error {}\nthrow new OwnError('mine');",
  imported: "import { fails } from './local';\nfails();",
  internal: "import fs from 'fs';\nfs.readFileSync('/no/such/file');",
  printed: "console.error(new Error('only printed').stack);",
  aggregate: `await Promise.any([Promise.reject(new TypeError('one')), Promise.reject('two'), Promise.reject(new AggregateError([new RangeError('inner')]))]);`,
  aggregateBare: "throw new AggregateError([new Error('connect refused'), new Error('other')]);",
  manyErrors: "throw new AggregateError(Array.from({ length: 1000 }, (_, at) => new Error(`number ${at}`)), 'many');",
  causes: `let chain = new Error('number 0');
for (let at = 1; at < 1000; at++) chain = new Error('number ' + at, { cause: chain });
throw chain;`,
  circularCause:
    "const round: Error = new Error('round');\nround.cause = { round };\nround.cause = round;\nthrow round;",
  plainCause: "throw new Error('outer', { cause: { code: 7 } });",
  huge: "throw new Error('x'.repeat(5_000_000));",
  hugeThing: "throw 'y'.repeat(5_000_000);",
  hostile: `throw Object.defineProperties(new Error(), {
  message: { get() { throw 1; } }, name: { get() { throw 2; } }, cause: { get() { throw 3; } }, stack: { get() { throw 4; } } });`,
  hostileProxy: "throw new Proxy(new Error('behind'), { get() { throw 1; }, getPrototypeOf() { throw 2; } });",
  oddMessage: "throw Object.assign(new Error(), { message: Symbol('odd'), name: Symbol('name') });",
  nothing: 'throw undefined;',
  nullObject: 'throw Object.create(null);',
  longLine: `/* ${'z'.repeat(3000)} */ throw new Error('far'); /* ${'z'.repeat(3000)} */`,
  evaluated: '1;\neval(\'throw new Error("text")\')',
  misnamed: 'let counted: any = 3;\ncounted();',
  deep: 'function deeper(): never {\n  return deeper();\n}\ndeeper();',
};
type Name = keyof typeof steps;

describe('errors of a cell', { skip: missing }, () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lstm-lab-cells-'));
  let outcome: Outcome;
  const step = (name: Name) => outcome.steps[Object.keys(steps).indexOf(name)];

  before(async () => {
    const local =
      "export interface Nothing {\n  a: 1;\n}\n\nexport function fails(): never {\n  throw new Error('local');\n}\n";
    fs.writeFileSync(path.join(folder, 'local.ts'), local);
    const requests = Object.values(steps).map((execute) => ({ execute }));
    const queue = [
      { execute: "throw new Error('first')", then: [{ execute: '1' }, { execute: '2' }] },
      { execute: "throw new Error('first')", stop_on_error: false, then: [{ execute: '1 + 1', stop_on_error: false }] },
      { execute: 'silently()', silent: true },
    ];
    outcome = await converse([...requests, ...queue], { cwd: folder });
  });
  after(() => fs.rmSync(folder, { recursive: true }));

  /** The output and the reply say the same; returns it. */
  function errorOf(result: StepResult) {
    const [output, ...more] = ofKind(result, 'error');
    assert.equal(more.length, 0, 'one error output');
    assert.equal(result.reply.status, 'error');
    const { ename, evalue, traceback } = result.reply;
    assert.deepEqual({ ename, evalue, traceback }, output);
    const text = plain(traceback);
    assert.doesNotMatch(text, /evalmachine|node:|scripts\/kernel|tslab/, 'no internal frames');
    return { ename, evalue, text };
  }

  test('a thrown error points at its TypeScript line', () => {
    const { ename, evalue, text } = errorOf(step('thrown'));
    assert.deepEqual([ename, evalue], ['RangeError', 'too large: 5']);
    assert.equal(step('thrown').reply.execution_count, 1);
    assert.match(text, /^RangeError: too large: 5\n\nCell \[1\], line 7\n/);
    assert.match(text, /\n> 7 \|   if \(value > 2\) throw new RangeError\('too large: ' \+ value\);\n +\| {24}\^\n/);
    assert.match(text, /at check \(Cell \[1\], line 7\)\n    at Cell \[1\], line 10$/);
  });

  test('names declared by a failed cell stay', () => {
    assert.deepEqual(ofKind(step('afterThrown'), 'execute_result')[0].data, { 'text/plain': '6' });
  });

  test('a rejected top-level await', () => {
    const { ename, evalue, text } = errorOf(step('rejected'));
    assert.deepEqual([ename, evalue], ['TypeError', 'no']);
    assert.match(text, /Cell \[3\], line 1\n/);
  });

  test('type errors are listed with their lines, and nothing of the cell runs', () => {
    const { ename, evalue, text } = errorOf(step('typeError'));
    assert.equal(ename, 'TypeScriptError');
    assert.equal(evalue, "Cell [4], line 2: Type 'string' is not assignable to type 'number'. (TS2322)");
    assert.match(text, /\n> 2 \| const two: number = 'two';\n +\| {7}\^\^\^\n/);
    assert.match(text, /\n> 3 \| const three/);
    assert.match(errorOf(step('afterTypeError')).evalue!, /Cannot find name 'one'/);
  });

  test('a syntax error', () => {
    assert.equal(errorOf(step('syntax')).evalue, 'Cell [6], line 1: Expression expected. (TS1109)');
  });

  test('a value that is no error, an error with a cause, an own class', () => {
    assert.deepEqual([errorOf(step('notAnError')).ename, errorOf(step('notAnError')).evalue], ['Thrown', "'a string'"]);
    assert.match(errorOf(step('cause')).text, /\nCaused by SyntaxError: inner\n/);
    assert.equal(errorOf(step('ownClass')).ename, 'OwnError');
  });

  test('an AggregateError shows the errors that it gathers', () => {
    const { ename, evalue, text } = errorOf(step('aggregate'));
    assert.deepEqual([ename, evalue], ['AggregateError', 'All promises were rejected']);
    assert.match(text, /\nError 1 of 3: TypeError: one\n\nCell \[\d+\], line 1\n/);
    assert.match(text, /\nError 2 of 3: Thrown: 'two'\n/);
    assert.match(
      text,
      /\nError 3 of 3: AggregateError: 1 error, the first: inner\n[^]*\nError 1 of 1: RangeError: inner\n/,
    );
    assert.equal(errorOf(step('aggregateBare')).evalue, '2 errors, the first: connect refused');
    const many = errorOf(step('manyErrors')).text;
    assert.match(many, /\nError 10 of 1000: Error: number 9\n/);
    assert.doesNotMatch(many, /number 10\n/);
  });

  test('causes of causes are shown, up to ten, and a circle of them ends', () => {
    const { text } = errorOf(step('causes'));
    assert.match(text, /^Error: number 999\n[^]*\nCaused by Error: number 998\n[^]*\nCaused by Error: number 990\n/);
    assert.equal(text.match(/^Caused by /gm)!.length, 10);
    assert.match(errorOf(step('circularCause')).text, /\nCaused by Circular: the error is one of those above\.$/);
    assert.match(errorOf(step('plainCause')).text, /\nCaused by Thrown: \{ code: 7 \}$/);
  });

  test('a huge message and a long line are cut', () => {
    for (const name of ['huge', 'hugeThing'] as const) {
      const { evalue, text } = errorOf(step(name));
      assert.match(evalue!, /^'?[xy]{1000,}/);
      assert.match(evalue!, /… ?\(?.*more characters\)?$/);
      assert.ok(text.length < 25_000);
    }
    const { text } = errorOf(step('longLine'));
    assert.match(text, /\n> 1 \| …z+ \*\/ throw new Error\('far'\); \/\* z+…\n/);
    const [line, caret] = text.split('\n').filter((each) => each.includes(' | '));
    assert.equal(caret.indexOf('^'), line.indexOf('new Error'));
    assert.ok(text.length < 1000);
  });

  test('whatever is thrown, however it fails when it is read, fails its cell with a name', () => {
    assert.deepEqual([errorOf(step('hostile')).ename, errorOf(step('hostile')).evalue], ['Error', '']);
    assert.match(errorOf(step('hostileProxy')).text, /behind|Thrown/);
    assert.match(errorOf(step('oddMessage')).evalue!, /Symbol\(odd\)/);
    assert.deepEqual([errorOf(step('nothing')).ename, errorOf(step('nothing')).evalue], ['Thrown', 'undefined']);
    assert.equal(errorOf(step('nullObject')).evalue, '[Object: null prototype] {}');
  });

  test('an error in an imported local file points at its TypeScript line', () => {
    assert.match(errorOf(step('imported')).text, /at fails \(local\.ts:6:\d+\)\n    at Cell \[\d+\], line 2$/m);
  });

  test('an error in text given to eval points at the line that gave it', () => {
    assert.match(
      errorOf(step('evaluated')).text,
      /^Error: text\n\nCell \[\d+\], line 2\n[^]*\n    at Cell \[\d+\], line 2$/,
    );
  });

  test("JavaScript's own messages name variables as the reader does", () => {
    assert.equal(errorOf(step('misnamed')).evalue, 'counted is not a function');
  });

  test('an error inside Node points at the cell', () => {
    assert.match(errorOf(step('internal')).text, /Cell \[11\], line 2\n/);
  });

  test('a printed stack has cell lines too', () => {
    const [{ text }] = ofKind(step('printed'), 'stream');
    assert.equal(text, 'Error: only printed\n    at Cell [12]:1:15\n');
  });

  test('endless recursion is a RangeError with a bounded traceback', () => {
    const { ename, text } = errorOf(step('deep'));
    assert.equal(ename, 'RangeError');
    assert.ok(text.split('\n').length < 80);
  });

  test('cells sent behind a failing one are called off, unless the client wants them', () => {
    const [stopped, going, silent] = outcome.steps.slice(Object.keys(steps).length);
    assert.deepEqual(
      stopped.replies.map((reply) => reply.status),
      ['error', 'aborted', 'aborted'],
    );
    assert.deepEqual(
      going.replies.map((reply) => reply.status),
      ['error', 'ok'],
    );
    assert.equal(silent.reply.status, 'error');
    assert.equal(silent.reply.execution_count, going.replies[1].execution_count, 'a silent request is not counted');
    assert.equal(ofKind(silent, 'execute_input').length, 0);
  });
});
