import assert from 'node:assert/strict';
import { test } from 'node:test';
import { machinePath, sourcePaths } from '../../scripts/notebooks/machine-path';

const course = 'D:\\a\\lstm course';
const found = (text: string) => machinePath([{ output_type: 'stream', text }], [...sourcePaths, course]);

test('a path of Linux or macOS that only one machine has is found', () => {
  assert.equal(found('in /home/jo/course/a.ts:3\n'), '/home/jo/course/a.ts:3');
  assert.equal(found('at file (/Users/jo/a.ts)'), '/Users/jo/a.ts');
});

test("a user's folder on Windows is found, on any drive and with either separator", () => {
  assert.equal(found('see C:\\Users\\jo\\course\\a.ts\nnext'), 'C:\\Users\\jo\\course\\a.ts');
  assert.equal(found('file:///c:/Users/jo/a.ts'), 'c:/Users/jo/a.ts');
  assert.equal(found('"C:\\\\Users\\\\jo"'), 'C:\\\\Users\\\\jo', 'in JSON that was printed');
});

test('the folder of the course on Windows is found', () => {
  assert.equal(found('reading D:\\a\\lstm course\\data\\x.csv'), 'D:\\a\\lstm course\\data\\x.csv');
  assert.equal(found('reading d:/a/lstm course/data'), 'd:/a/lstm course/data');
});

test('an address, a part of a word and a folder that all machines have are none', () => {
  for (const text of [
    'https://a.org/Users/x',
    'https://a.org:8080/home/x',
    'abc:/Users/x',
    'C:\\Windows\\x',
    'a/home/b',
  ])
    assert.equal(found(text), undefined, text);
});
