import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { orderingsIn, orders } from '../../scripts/lint/lesson/orders';
import type { Lesson } from '../../scripts/lint/lesson/lesson';

describe('sentences that state an order or a bound', () => {
  const stated = [
    'The LSTM is worse than the baseline.',
    'No network has caught up with it.',
    'All three end within 2 % of each other.',
    'It takes twice as long.',
    'The belt carries less than half of the gradient.',
    'It is six times as fast.',
    'At most three epochs help.',
    'The bag of words beats it.',
    'It is as good as the bag.',
    '| LSTM | lower than the rest |',
    'Every seed loses to linear regression.',
  ];
  for (const sentence of stated) test(sentence, () => assert.equal(orderingsIn(sentence).length, 1));

  const silent = [
    'Which is better than which?',
    'The source says it is "better than an RNN".',
    'Here `a > b` is worse.',
    'Three gates read the input.',
    '## Better than the baseline',
    '$x$ is $less than$ y.',
  ];
  for (const sentence of silent) test(`not: ${sentence}`, () => assert.deepEqual(orderingsIn(sentence), []));

  test('are cut at their ends, each with its comment', () => {
    const text = 'First. It is lower than that.<!-- claim: a.b --> Then\nit is higher than this. Last.';
    assert.deepEqual(orderingsIn(text), ['It is lower than that.<!-- claim: a.b -->', 'Then it is higher than this.']);
  });
});

describe('the rule', () => {
  const claim = { lesson: '03', text: '', source: null, format: 'fixed:2', unit: '', verdict: '' };
  const claims = {
    'sine.order': { ...claim, states: { order: 'below' } },
    'sine.range': { ...claim, full: [0, 1] },
    'sine.exact': { ...claim, full: [3, 3] },
    'imdb.order': { ...claim, lesson: '05', states: { atMost: 1 } },
  };
  const judge = (source: string) => {
    const cells = ['# 03 · Sine', source].map((text) => ({ cell_type: 'markdown', metadata: {}, source: text }));
    const lesson = {
      number: '03',
      isSolution: false,
      notebook: { metadata: { lstm_lab: {} }, cells },
      claims: { claims },
    };
    return orders(lesson as unknown as Lesson).map(({ message }) => message);
  };

  test('is content with a claim that states an order, and with a reason', () => {
    assert.deepEqual(judge('It is lower than that.<!-- claim: sine.order -->'), []);
    assert.deepEqual(judge('It is lower than that.<!-- claim: sine.exact, sine.order -->'), []);
    assert.deepEqual(judge('It is lower than lesson 05 has it.<!-- claim: imdb.order -->'), []);
    assert.deepEqual(judge('Two biases are more than one.<!-- order: arithmetic -->'), []);
    assert.deepEqual(judge('## Exercises\n\nIt is lower than that.'), []);
  });

  test('names a sentence without a claim, an unknown claim, another lesson, and a claim without a bound', () => {
    assert.match(judge('It is lower than that.')[0], /"It is lower than that\." states an order/);
    assert.match(judge('It is lower than that.<!-- claim: sine.none -->')[0], /does not hold/);
    assert.match(judge('It is lower than that.<!-- claim: imdb.order -->')[0], /of lesson 05, which it does not name/);
    assert.match(judge('It is lower than that.<!-- claim: sine.range -->')[0], /states no order and no bound/);
    assert.match(judge('It is lower than that.<!-- order: -->')[0], /states an order/);
  });
});
