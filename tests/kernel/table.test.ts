import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderTable } from '../../scripts/kernel/cells/results/table';

test('a small table is shown whole', () => {
  const rows = [
    [1.23456789, 'a'],
    [null, '<b>'],
  ];
  const table = renderTable({ columns: ['x', 'name'], rows: 2, row: (at) => rows[at] });
  assert.equal(table['text/plain'], '      x  name\n1.23457     a\n   null   <b>\n2 rows × 2 columns');
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
  const row = [new Date('2020-01-02'), 'x'.repeat(200), { a: [1] }, 10n];
  const table = renderTable({ columns: ['d', 's', 'o', 'n'], rows: 1, row: () => row });
  assert.match(table['text/plain'], /2020-01-02 {2}x{79}… {2}\{"a":\[1\]\} {2}10\n/);
});
