import assert from 'node:assert/strict';
import { test } from 'node:test';
import { excerpt } from '../../scripts/kernel/report/excerpt';

const source = ['one', 'two', '\tthree()', 'four', 'five', 'six'].join('\n');

test('the lines around the one meant, with arrow and caret', () => {
  assert.deepEqual(excerpt('Cell [7]', source, 3, 2, 5), [
    'Cell [7], line 3',
    '  1 | one',
    '  2 | two',
    '> 3 | \tthree()',
    '    | \t^^^^^',
    '  4 | four',
    '  5 | five',
  ]);
});

test('the caret stays within its line', () => {
  assert.equal(excerpt('Cell [1]', 'ab', 1, 2, 99)[2], '    |  ^');
  assert.equal(excerpt('Cell [1]', 'ab', 1, 3)[2], '    |   ^');
});
