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

  test('an error in an imported local file points at its TypeScript line', () => {
    assert.match(errorOf(step('imported')).text, /at fails \(local\.ts:6:\d+\)\n    at Cell \[10\], line 2/);
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
