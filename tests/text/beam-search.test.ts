import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { beamSearch, type Hypothesis, type NextTokens } from '../../lib/text';

const { cases, ...search } = JSON.parse(readFileSync(path.join(__dirname, 'fixtures', 'beam_search.json'), 'utf8')) as {
  start: number;
  end: number;
  maxLength: number;
  cases: {
    table: number[][][];
    searches: { width: number; lengthPenalty: number; beams: Hypothesis[] }[];
    best: Pick<Hypothesis, 'tokens' | 'logProbability'>;
  }[];
};

/** A chain for each line; a row remembers the line that it descends from. */
function chains(tables: number[][][][]): NextTokens {
  let step = 0;
  let lines: number[] = tables.map((_, line) => line);
  return (last, from) => {
    lines = Array.from(from, (row) => lines[row]);
    const rows = lines.flatMap((line, k) => tables[line][step][last[k]]);
    step++;
    return rows;
  };
}

function assertSame(found: Hypothesis[], expected: Hypothesis[]): void {
  expected.forEach((one, k) => {
    assert.deepEqual(found[k].tokens, one.tokens, `rank ${k}`);
    assert.equal(found[k].ended, one.ended);
    for (const name of ['logProbability', 'score'] as const)
      assert.ok(
        Math.abs(found[k][name] - one[name]) < 1e-9,
        `rank ${k}: ${name} is ${found[k][name]}, not ${one[name]}`,
      );
  });
}

describe('beamSearch', () => {
  test('finds what NumPy finds by sorting everything, one line and many side by side', () => {
    for (const [which, { width, lengthPenalty }] of cases[0].searches.entries()) {
      const options = { ...search, width, lengthPenalty };
      const together = beamSearch(chains(cases.map(({ table }) => table)), { ...options, lines: cases.length });
      cases.forEach(({ table, searches }, line) => {
        assertSame(beamSearch(chains([table]), options)[0], searches[which].beams);
        assertSame(together[line], searches[which].beams);
      });
    }
  });

  test('a beam that holds everything finds the best of all sequences; greedy search does not always', () => {
    const greedy = cases.filter(({ table, best }) => {
      const [[wide], [narrow]] = [300, 1].map((width) => beamSearch(chains([table]), { ...search, width })[0]);
      assert.deepEqual(wide.tokens, best.tokens);
      assert.ok(Math.abs(wide.logProbability - best.logProbability) < 1e-9);
      return narrow.tokens.join() === best.tokens.join();
    });
    assert.ok(greedy.length < cases.length);
  });

  test('asks for no rows of what has ended, and stops when all has', () => {
    const asked: number[] = [];
    const next: NextTokens = (last) => {
      asked.push(last.length);
      return Array.from(last, () => [Math.log(0.1), Math.log(0.9)]).flat();
    };
    const found = beamSearch(next, { start: 0, end: 1, maxLength: 9, lines: 3 });
    assert.deepEqual(asked, [3]);
    assert.deepEqual(
      found.map(([{ tokens }]) => tokens),
      [[], [], []],
    );
  });

  test('says what is wrong', () => {
    const options = { start: 0, end: 1, maxLength: 3 };
    assert.throws(() => beamSearch(() => [0, 0, 0], { ...options, lines: 2 }), /2 rows .* got 3 numbers/);
    assert.throws(() => beamSearch(() => [0], options), /one for each token, 1 \(the end\) included/);
    assert.throws(() => beamSearch(() => [NaN, 0], options), /diverged/);
    assert.throws(() => beamSearch(() => [0, 0], { ...options, width: 0 }), /width/);
    assert.throws(() => beamSearch(() => [0, 0], { ...options, beamWidth: 3 } as never), /has no option "beamWidth"/);
  });
});
