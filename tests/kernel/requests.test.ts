/** What a client may ask beside running a cell: history, values of expressions, quiet executions. */
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { converse, missing, ofKind, plain, streamed, type Outcome } from './kernel';

const steps = {
  first: { execute: 'let count = 1;\ncount' },
  silent: { execute: "count = 2;\nconsole.log('said');\nconsole.clear();\n'shown'", silent: true },
  silentError: { execute: "throw new Error('quiet')", silent: true },
  unstored: { execute: 'count', store_history: false },
  expressions: {
    execute: 'const tensor = { shape: [2, 3] };',
    user_expressions: {
      shape: 'tensor.shape',
      object: '{ a: 1 }',
      later: 'await Promise.resolve(5) // comment',
      nothing: 'undefined',
      thrown: "(() => { throw new RangeError('no'); })()",
      wrong: 'unknownName',
      table: "({ [Symbol.for('Jupyter.display')]: () => ({ 'text/plain': 'p', 'text/html': '<p>' }) })",
    },
  },
  failed: { execute: "throw new Error('first')", user_expressions: { one: '1' } },
  clear: { execute: "console.log('gone');\nconsole.clear();\nconsole.log('kept');" },
  tail: { history: { hist_access_type: 'tail', n: 2, raw: true, output: false } },
  outputs: { history: { hist_access_type: 'tail', n: 4, raw: true, output: true } },
  range: { history: { hist_access_type: 'range', session: 0, start: 2, stop: 3, raw: true, output: false } },
  otherSession: { history: { hist_access_type: 'range', session: 7, start: 1, stop: null, raw: true, output: false } },
  search: { history: { hist_access_type: 'search', pattern: '*[c]ount*', raw: true, output: false } },
  hard: { history: { hist_access_type: 'search', pattern: '*a'.repeat(60) + 'b', raw: true, output: false } },
};
type Name = keyof typeof steps;

describe('a request', { skip: missing }, () => {
  let outcome: Outcome;
  const step = (name: Name) => outcome.steps[Object.keys(steps).indexOf(name)];
  const history = (name: Name) => step(name).reply.history as unknown[];

  before(async () => {
    outcome = await converse([...Object.values(steps), { execute: 'a'.repeat(20_000) }, steps.hard]);
  });

  test('that is silent publishes nothing but the status; its effects stay, its reply carries the error', () => {
    for (const name of ['silent', 'silentError'] as const)
      assert.deepEqual(
        step(name).messages.map(({ type }) => type),
        ['status', 'status'],
      );
    assert.equal(step('silent').reply.status, 'ok');
    assert.deepEqual([step('silentError').reply.ename, step('silentError').reply.evalue], ['Error', 'quiet']);
    assert.deepEqual(ofKind(step('unstored'), 'execute_result')[0].data, { 'text/plain': '2' });
  });

  test('that is not stored has no number of its own', () => {
    assert.equal(step('unstored').reply.execution_count, 1);
    assert.equal(step('expressions').reply.execution_count, 2);
  });

  test('may ask for the values of expressions, each with its own error', () => {
    const values = step('expressions').reply.user_expressions as Record<string, Record<string, unknown>>;
    assert.deepEqual(values.shape, { status: 'ok', data: { 'text/plain': '[ 2, 3 ]' }, metadata: {} });
    assert.deepEqual(values.object.data, { 'text/plain': '{ a: 1 }' });
    assert.deepEqual(values.later.data, { 'text/plain': '5' });
    assert.deepEqual(values.nothing.data, { 'text/plain': 'undefined' });
    assert.deepEqual(values.table.data, { 'text/plain': 'p', 'text/html': '<p>' });
    assert.deepEqual([values.thrown.status, values.thrown.ename], ['error', 'RangeError']);
    assert.match(plain(values.wrong.traceback as string[]), /^TypeScriptError: wrong, line 1: Cannot find name/);
    assert.equal(ofKind(step('expressions'), 'execute_result').length, 0);
    assert.equal(ofKind(step('expressions'), 'error').length, 0);
    assert.equal(step('failed').reply.user_expressions, undefined, 'not after an error');
  });

  test('for the history gets what was stored, in order', () => {
    const { failed, clear, first, expressions } = steps;
    assert.deepEqual(history('tail'), [
      [1, 3, failed.execute],
      [1, 4, clear.execute],
    ]);
    assert.deepEqual(history('range'), [[1, 2, expressions.execute]]);
    assert.deepEqual(history('otherSession'), []);
    assert.deepEqual(history('search'), [[1, 1, first.execute]]);
    assert.deepEqual(history('outputs')[0], [1, 1, [first.execute, '1']]);
    assert.deepEqual(history('outputs')[2], [1, 3, [failed.execute, null]]);
    assert.deepEqual(outcome.steps.at(-1)!.reply.history, []);
  });

  test('may empty the output so far: console.clear', () => {
    assert.deepEqual(ofKind(step('clear'), 'clear_output'), [{ wait: false }]);
    const kinds = step('clear').messages.map(({ type }) => type);
    assert.ok(kinds.indexOf('clear_output') > kinds.indexOf('stream'));
    assert.equal(streamed(step('clear')), 'gone\nkept\n');
  });
});
