import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { parseOptions, UsageError } from '../../scripts/notebooks/options';
import { selectNotebooks } from '../../scripts/notebooks/select';

const folder = mkdtempSync(path.join(tmpdir(), 'lstm-select-'));
const course = path.join(folder, 'notebooks');
mkdirSync(path.join(course, 'solutions'), { recursive: true });
for (const name of ['00-start-here', '02-parameter-counts', '10-shakespeare', 'solutions/02-parameter-counts']) {
  writeFileSync(path.join(course, `${name}.ipynb`), '{}');
}
after(() => rmSync(folder, { recursive: true }));

const select = (...targets: string[]) =>
  selectNotebooks(targets, course, folder).map((file) => path.relative(course, file).replaceAll(path.sep, '/'));

describe('selectNotebooks', () => {
  test('takes the lessons, then the solutions, when nothing is named', () => {
    const all = ['00-start-here', '02-parameter-counts', '10-shakespeare', 'solutions/02-parameter-counts'];
    assert.deepEqual(
      select(),
      all.map((name) => `${name}.ipynb`),
    );
  });

  test('takes numbers, names, paths and folders, each notebook once', () => {
    assert.deepEqual(select('2'), ['02-parameter-counts.ipynb']);
    assert.deepEqual(select('02', 'notebooks/02-parameter-counts.ipynb', '02-parameter-counts'), [
      '02-parameter-counts.ipynb',
    ]);
    assert.deepEqual(select('solutions'), ['solutions/02-parameter-counts.ipynb']);
    assert.deepEqual(select('notebooks/solutions/02-parameter-counts.ipynb'), ['solutions/02-parameter-counts.ipynb']);
  });

  test('answers an unknown name with one sentence and the nearest names', () => {
    assert.throws(
      () => select('shakespear'),
      (error: Error) => {
        assert.ok(error instanceof UsageError);
        assert.match(error.message, /^There is no notebook called shakespear\. The nearest: 10-shakespeare, /);
        return true;
      },
    );
    assert.throws(() => select('77'), UsageError);
    assert.throws(() => select('notebooks/nowhere.ipynb'), UsageError);
  });
});

describe('parseOptions', () => {
  test('reads every flag', () => {
    const argv = '02 --profile quick --jobs 3 --write --json a --junit b --html c --cell-timeout 5 --timeout 9'.split(
      ' ',
    );
    assert.deepEqual(parseOptions(argv, {}), {
      targets: ['02'],
      profile: 'quick',
      jobs: 3,
      write: true,
      stamp: false,
      json: 'a',
      junit: 'b',
      html: 'c',
      cellTimeout: 5,
      timeout: 9,
    });
  });

  test('takes the profile from the environment, and full without one', () => {
    const profileOf = (env: NodeJS.ProcessEnv, ...argv: string[]) => {
      const options = parseOptions(argv, env);
      assert.ok(options !== 'help');
      return options.profile;
    };
    assert.equal(profileOf({}), 'full');
    assert.equal(profileOf({ LSTM_LAB_PROFILE: 'quick' }), 'quick');
    assert.equal(profileOf({ LSTM_LAB_PROFILE: 'quick' }, '--profile', 'full'), 'full');
  });

  for (const argv of [
    ['--profil', 'quick'],
    ['--profile', 'fast'],
    ['--jobs', '0'],
    ['--jobs', '1.5'],
    ['--timeout', 'x'],
  ]) {
    test(`refuses ${argv.join(' ')}`, () => {
      assert.throws(() => parseOptions(argv, {}), UsageError);
    });
  }
});
