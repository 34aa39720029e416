import { test } from 'node:test';
import assert from 'node:assert/strict';
import { displaySymbol } from '../../lib/notebook';
import { Table } from '../../lib/table';

test('a table is aligned text in a terminal and escaped HTML in a notebook', () => {
  const table = new Table(
    ['model', 'MSE'],
    [
      ['LSTM', '0.0027'],
      ['<naive>', 0.02],
    ],
    'One step ahead',
  );
  assert.equal(String(table), 'One step ahead\nmodel    MSE\n-------  ------\nLSTM     0.0027\n<naive>    0.02');
  const html = String(table[displaySymbol]()['text/html']);
  assert.match(html, /<td style="text-align:right">0\.0027<\/td>/);
  assert.match(html, /<td style="text-align:left">&lt;naive&gt;<\/td>/);
});
