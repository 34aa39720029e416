import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderTable } from '../../scripts/kernel/cells/results/table';

test('a small table is shown whole', () => {
  const rows = [
    [1.23456789, 'a'],
    [null, '<b>'],
  ];
  const table = renderTable({ columns: ['x', 'name'], rows: 2, row: (at) => rows[at] });
  assert.equal(table['text/plain'], '       x  name\n1.234568     a\n    null   <b>\n2 rows × 2 columns');
  assert.match(table['text/html'], /<td>null<\/td><td>&lt;b&gt;<\/td>/);
});

test('a long and wide table loses its middle', () => {
  const columns = Array.from({ length: 40 }, (_, at) => `c${at}`);
  const table = renderTable({
    columns,
    rows: 1000,
    index: (at) => at,
    row: (at) => columns.map((_, c) => at * 100 + c),
  });
  const lines = table['text/plain'].split('\n').map((line) => line.trim().split(/\s+/));
  assert.deepEqual(lines[0], [...columns.slice(0, 8), '…', ...columns.slice(32)]);
  assert.deepEqual([lines[10][0], lines[11][0], lines[12][0]], ['9', '…', '990']);
  assert.equal(lines.at(-1)!.join(' '), '1000 rows × 40 columns');
});

test('dates without a time, long strings and nested values stay in one cell', () => {
  const row = [
    new Date('2020-01-02'),
    'x'.repeat(200),
    { a: [1n] },
    10n,
    'two\nlines',
    new Date(NaN),
    '😀'.repeat(100),
  ];
  const table = renderTable({ columns: [...'dsonlie'], rows: 1, row: () => row });
  const [, line] = table['text/plain'].split('\n');
  assert.deepEqual(line.split('  '), [
    '2020-01-02',
    `${'x'.repeat(79)}…`,
    '{ a: [ 1n ] }',
    '10',
    'two\\nlines',
    'Invalid Date',
    `${'😀'.repeat(79)}…`,
  ]);
});

test('numbers keep all digits in front of the point, and six behind it', () => {
  const shown: [number, string][] = [
    [123456789.123, '123456789.123'],
    [-9007199254740991, '-9007199254740991'],
    [1234567.1234567, '1234567.123457'],
    [Math.fround(0.1), '0.1'],
    [0.1 + 0.2, '0.3'],
    [1 / 3, '0.333333'],
    [0.0000123456789, '0.0000123457'],
    [1.5e-12, '1.5e-12'],
    [1e21, '1e+21'],
    [1.7976931348623157e308, '1.7976931348623157e+308'],
    [-0.5, '-0.5'],
    [NaN, 'NaN'],
    [-Infinity, '-Infinity'],
  ];
  const table = renderTable({ columns: ['x'], rows: shown.length, row: (at) => [shown[at][0]] });
  const lines = table['text/plain'].split('\n').slice(1, -1);
  assert.deepEqual(
    lines.map((line) => line.trim()),
    shown.map(([, text]) => text),
  );
});
