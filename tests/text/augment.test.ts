import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RandomStream } from '../../lib/random';
import { augment, type AugmentOptions } from '../../lib/text';

const text = Array.from({ length: 1000 }, (_, k) => `w${k}`);
const seeded = (seed: number) => {
  const stream = RandomStream.from(seed);
  return () => stream.uniform();
};
const synonyms = (token: string) => (Number(token.slice(1)) % 2 ? [] : [`${token}a`, `${token}b`]);
const changed = (options: AugmentOptions, seed = 1) => augment(text, { random: seeded(seed), ...options });
const near = (count: number, expected: number) =>
  assert.ok(Math.abs(count - expected) < 60, `${count}, about ${expected}`);

describe('augment', () => {
  test('without a share is a copy', () => {
    const copy = augment(text, {});
    assert.deepEqual(copy, text);
    assert.notEqual(copy, text);
  });

  test('deletes its share, keeping the order', () => {
    const kept = changed({ deletion: 0.3 });
    near(kept.length, 700);
    assert.deepEqual(
      kept,
      text.filter((token) => new Set(kept).has(token)),
    );
  });

  test('leaves one token of a text that would lose all, and an empty text empty', () => {
    assert.equal(changed({ deletion: 1 }).length, 1);
    assert.deepEqual(augment([], { deletion: 1, swap: 1, insertion: 1, synonyms: () => [] }), []);
  });

  test('swaps without losing a token', () => {
    const swapped = changed({ swap: 0.1 });
    assert.deepEqual([...swapped].sort(), [...text].sort());
    near(swapped.filter((token, k) => token !== text[k]).length, 190);
  });

  test('replaces and inserts synonyms of those that have some', () => {
    const replaced = changed({ replacement: 0.4, synonyms });
    assert.equal(replaced.length, 1000);
    const differing = replaced.filter((token, k) => token !== text[k]);
    near(differing.length, 200);
    for (const token of differing) assert.match(token, /[02468][ab]$/);
    const inserted = changed({ insertion: 0.2, synonyms });
    near(inserted.length, 1100);
    assert.deepEqual(
      inserted.filter((token) => /\d$/.test(token)),
      text,
    );
  });

  test('drops to the unknown token', () =>
    near(changed({ dropout: 0.25, unknown: '?' }).filter((t) => t === '?').length, 250));

  test('a text of 3 tokens gets 0.1 · 3 swaps on average', () => {
    const random = seeded(4);
    let moved = 0;
    for (let k = 0; k < 3000; k++)
      if (augment([0, 1, 2], { swap: 0.1, random }).some((token, i) => token !== i)) moved++;
    near(moved / 3, (1000 * 0.3 * 2) / 3);
  });

  test('the same seed gives the same text', () => {
    const options = {
      replacement: 0.1,
      insertion: 0.1,
      swap: 0.1,
      deletion: 0.1,
      dropout: 0.1,
      synonyms,
      unknown: '?',
    };
    assert.deepEqual(changed(options, 5), changed(options, 5));
    assert.notDeepEqual(changed(options, 5), changed(options, 6));
  });

  test('says what is wrong', () => {
    assert.throws(
      () => augment(text, { deletions: 0.1 } as never),
      /augment has no option "deletions"; did you mean "deletion"\?/,
    );
    assert.throws(() => augment(text, { swap: 1.5 }), /swap is 1\.5; give a share of the tokens from 0 to 1/);
    assert.throws(() => augment(text, { insertion: 0.1 }), /need `synonyms`/);
    assert.throws(() => augment(text, { dropout: 0.1 }), /dropout needs `unknown`/);
  });
});
