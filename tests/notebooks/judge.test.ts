import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Claim, ClaimsFile } from '../../scripts/notebooks/claims';
import { judgeBudget, judgeCells, judgeStatements, judgeStored } from '../../scripts/notebooks/judge';
import { codeHash, outputsHash, sourcesHash, type Notebook, type Output } from '../../scripts/notebooks/notebook';
import type { CellResult } from '../../scripts/notebooks/result';

const claim: Claim = {
  lesson: '02',
  text: 'weights of an LSTM(50)',
  source: null,
  format: 'integer',
  unit: '',
  quick: [10400, 10400],
  full: [10400, 10400],
  verdict: 'holds',
};
const budget = { seconds: 10, megabytes: 500 };
const claims: ClaimsFile = {
  lessons: { '02': { title: 'Parameter counts', budget: { quick: budget, full: budget } } },
  claims: { 'params.lstm50': claim },
};

const code = (source: string, outputs: Output[] = [], tags: string[] = []) => ({
  cell_type: 'code' as const,
  source,
  metadata: { tags },
  outputs,
});
const notebook = (...cells: Notebook['cells']): Notebook => ({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 });
const reports = (type: string, ...values: object[]): Output[] =>
  values.map((value) => ({ output_type: 'display_data', data: { [`application/vnd.lstm-lab.${type}+json`]: value } }));
const measured = (id: string, value: number, tags: string[] = []) =>
  notebook(code(`claim('${id}', x)`, reports('claim', { id, value, ok: true, profile: 'quick' }), tags));

const cell = (number: number, status: CellResult['status'], evalue = '', traceback: string[] = []): CellResult => ({
  number,
  executionCount: number,
  index: number - 1,
  status,
  seconds: 0,
  error: evalue ? { ename: 'Error', evalue, traceback } : undefined,
});

const statements = (file: string, of: Notebook) =>
  judgeStatements(file, of, claims, 'quick', false).failures.map((f) => f.message);

describe('claims', () => {
  test('one within its range passes', () => {
    assert.deepEqual(statements('02-x.ipynb', measured('params.lstm50', 10400)), []);
  });

  test('one out of range fails, whatever the cell says of itself', () => {
    assert.deepEqual(statements('02-x.ipynb', measured('params.lstm50', 10401)), [
      'params.lstm50 = 10,401 is out of range: allowed is 10,400 (weights of an LSTM(50))',
    ]);
  });

  test('a value that rounds to the end of its range is shown with all its digits', () => {
    const fine = {
      ...claims,
      claims: { 'params.lstm50': { ...claim, format: 'fixed:2', quick: [0.1, 0.12] as [number, number] } },
    };
    const [failure] = judgeStatements('02-x.ipynb', measured('params.lstm50', 0.1201), fine, 'quick', false).failures;
    assert.equal(
      failure.message,
      'params.lstm50 = 0.1201 is out of range: allowed is 0.1 to 0.12 (weights of an LSTM(50))',
    );
  });

  test('an order is held to its standard error, in the full profile only', () => {
    const order: Claim = { ...claim, format: 'fixed:2', quick: undefined, full: undefined, states: { order: 'above' } };
    const judged = (value: number, error: number, profile: 'quick' | 'full') => {
      const of = notebook(code('', reports('claim', { id: 'params.lstm50', value, error, ok: true, profile })));
      const file = { ...claims, claims: { 'params.lstm50': order } };
      return judgeStatements('02-x.ipynb', of, file, profile, false).failures.map(({ message }) => message);
    };
    assert.deepEqual(judged(1, 0.49, 'full'), []);
    assert.deepEqual(judged(1, 0.51, 'full'), [
      'params.lstm50 = 1.00 ± 0.51 is out of range: allowed is above 0 by more than 2 standard errors (weights of an LSTM(50))',
    ]);
    assert.deepEqual(judged(-1, 0.1, 'quick'), []);
  });

  test('one that claims.json does not hold fails', () => {
    const failures = statements('03-x.ipynb', measured('of.nobody', 1));
    assert.deepEqual(failures, ['of.nobody is not in claims.json']);
  });

  test('one that no cell measures fails, in its own lesson only', () => {
    assert.deepEqual(statements('02-x.ipynb', notebook()), ['never measured: params.lstm50']);
    assert.deepEqual(statements('03-x.ipynb', notebook()), []);
    assert.deepEqual(statements('solutions/02-x.ipynb', notebook()), []);
  });

  test('the stored output of a cell that is not run measures nothing', () => {
    const skipped = measured('params.lstm50', 10400, ['skip-execution']);
    assert.deepEqual(statements('02-x.ipynb', skipped), ['never measured: params.lstm50']);
  });
});

describe('exercises', () => {
  const answered = (passed: boolean) => notebook(code('', reports('exercise', { id: '09.1', passed })));

  test('a lesson must not come solved, a solution must be right', () => {
    assert.deepEqual(statements('09-x.ipynb', answered(false)), []);
    assert.deepEqual(statements('09-x.ipynb', answered(true)), [
      '09.1 passes with the answer that the lesson starts from',
    ]);
    assert.deepEqual(statements('solutions/09-x.ipynb', answered(true)), []);
    assert.deepEqual(statements('solutions/09-x.ipynb', answered(false)), ['the solution of 09.1 does not pass']);
  });
});

describe('cells', () => {
  test('every failing cell is listed with its line; consequences name their cause', () => {
    const of = notebook(code('const a = 1;\nboom();'), code('a + 1'), code('1 +'));
    const failures = judgeCells(
      of,
      [
        cell(1, 'error', 'boom is not a function', ['Error', '    at Cell [1], line 2']),
        cell(2, 'error', "Cannot find name 'a'.", ['Cell [ ], line 1']),
        cell(3, 'error', 'Expression expected.', ['Cell [ ], line 1']),
      ],
      [],
    );
    const brief = failures.map(({ cell: number, line, source, follows }) => ({ number, line, source, follows }));
    assert.deepEqual(brief, [
      { number: 1, line: 2, source: 'boom();', follows: undefined },
      { number: 2, line: 1, source: 'a + 1', follows: 1 },
      { number: 3, line: 1, source: '1 +', follows: undefined },
    ]);
  });

  test('raises-exception makes an error right and its absence wrong', () => {
    const of = notebook(code('x', [], ['raises-exception']));
    assert.deepEqual(judgeCells(of, [cell(1, 'error', 'meant')], []), []);
    assert.equal(judgeCells(of, [cell(1, 'ok')], []).length, 1);
    assert.equal(judgeCells(of, [cell(1, 'died', 'gone')], []).length, 1, 'a kernel that dies is no exception');
  });

  test('an error that comes late is one that a cell tagged raises-exception may raise', () => {
    const of = notebook(code('x', [], ['raises-exception']), code('1'));
    const late = (index: number) => ({ index, error: { ename: 'Error', evalue: 'late', traceback: [] } });
    const cells = [cell(1, 'error', 'meant'), cell(2, 'ok')];
    assert.deepEqual(judgeCells(of, cells, [late(0)]), []);
    assert.deepEqual(
      judgeCells(of, cells, [late(0), late(1)]).map((failure) => [failure.kind, failure.cell]),
      [['late error', 2]],
    );
  });

  test('a claim without a finite number is no claim that holds', () => {
    for (const report of [
      { id: 'params.lstm50', value: null },
      { id: 'params.lstm50' },
      { id: 'params.lstm50', value: '10400' },
      { id: 'params.lstm50', value: 10400, error: null },
    ]) {
      const of = notebook(code('x', reports('claim', report)));
      const { failures } = judgeStatements('02-x.ipynb', of, claims, 'quick', false);
      assert.match(failures[0].message, /^params\.lstm50 reports .+, which is no finite number$/);
    }
  });

  test('an error that comes late fails the run', () => {
    const late = { index: 0, error: { ename: 'Error', evalue: 'late', traceback: [] } };
    const [failure] = judgeCells(notebook(code('1')), [cell(1, 'ok')], [late]);
    assert.deepEqual([failure.kind, failure.cell, failure.message], ['late error', 1, 'Error: late']);
  });

  test('cells that were not run are reported in one line', () => {
    const failures = judgeCells(
      notebook(code('a'), code('b'), code('c')),
      [cell(1, 'died', 'gone'), cell(2, 'not run'), cell(3, 'not run')],
      [],
    );
    assert.deepEqual(
      failures.map(({ message }) => message),
      ['Error: gone', 'cells 2 to 3 were not run'],
    );
  });
});

describe('budget', () => {
  const judge = (seconds: number, megabytes: number) =>
    judgeBudget('02-x.ipynb', claims, 'quick', { seconds, megabytes });

  test('too much memory fails', () => {
    assert.equal(judge(5, 499).failures.length, 0);
    assert.equal(judge(5, 501).failures.length, 1);
  });

  test('too much time warns, and fails beyond three times the budget', () => {
    assert.deepEqual([judge(29, 1).warnings.length, judge(29, 1).failures.length], [1, 0]);
    assert.deepEqual([judge(31, 1).warnings.length, judge(31, 1).failures.length], [0, 1]);
  });
});

describe('stored outputs', () => {
  const fresh = () => {
    const made = notebook(
      { cell_type: 'markdown', source: '# t', metadata: {} },
      code('1 + 1', [{ output_type: 'stream', name: 'stdout', text: '2' }]),
    );
    made.metadata.lstm_lab = {
      sources: sourcesHash(made),
      code: codeHash(made),
      outputs: outputsHash(made),
      profile: 'full',
      seconds: 1,
      megabytes: 1,
      costs: {},
    };
    return made;
  };

  test('fresh ones pass, in whatever way the file splits its lines', () => {
    const made = fresh();
    assert.deepEqual(judgeStored(made), []);
    made.cells[1].source = ['1 + 1'];
    made.cells[1].outputs![0].text = ['2'];
    assert.deepEqual(judgeStored(made), []);
  });

  test('changed code, prose or output fails', () => {
    const spoilers: [(made: Notebook) => unknown, RegExp][] = [
      [(made) => (made.cells[1].source = '1 + 2'), /code was changed .* --write/],
      [(made) => (made.cells[0].source = '# u'), /prose was changed .* --stamp/],
      [(made) => (made.cells[1].outputs![0].text = '3'), /changed by hand.* --write/],
      [(made) => delete made.metadata.lstm_lab, /no run .* --write/],
    ];
    for (const [spoil, message] of spoilers) {
      const made = fresh();
      spoil(made);
      assert.match(judgeStored(made)[0].message, message);
    }
  });
});
