import assert from 'node:assert/strict';
import test from 'node:test';
import { checkOptions, nearest } from '../lib/options';

const known = ['epochs', 'batchSize', 'validationSplit', 'learningRate', 'minLr'];

test('options that are known, or none at all, are taken', () => {
  checkOptions('train.fit', undefined, known);
  checkOptions('train.fit', {}, known);
  checkOptions('train.fit', { epochs: 3, batchSize: undefined }, known);
});

test('an unknown option is refused by name, with the nearest known one and the list', () => {
  assert.throws(
    () => checkOptions('train.fit', { batch_size: 32 }, known),
    new TypeError(`train.fit has no option "batch_size"; did you mean "batchSize"? It has: ${known.join(', ')}.`),
  );
  assert.throws(() => checkOptions('train.fit', { momentum: 1 }, known), /no option "momentum"\. It has: epochs/);
});

test('every unknown option is named in one sentence each', () => {
  assert.throws(
    () => checkOptions('train.fit', { epoch: 1, lernRate: 2 }, known),
    /"epoch"; did you mean "epochs"\? train\.fit has no option "lernRate"; did you mean "learningRate"\? It has/,
  );
});

test('what is no object of options is refused', () => {
  for (const [given, words] of [
    [5, 'given 5'],
    [null, 'given null'],
    ['adam', 'given "adam"'],
    [[1], 'given an array'],
    [() => 1, 'given a function'],
  ] as const) {
    assert.throws(() => checkOptions('train.fit', given, known), new RegExp(words));
  }
});

test('the nearest name: case and separators do not count, then letters left out, added, wrong or swapped', () => {
  const near: Record<string, string | undefined> = {
    learning_rate: 'learningRate',
    LEARNINGRATE: 'learningRate',
    'batch-size': 'batchSize',
    batchsise: 'batchSize',
    ephocs: 'epochs',
    epoch: 'epochs',
    min_lr: 'minLr',
    validation_splits: 'validationSplit',
    dropout: undefined,
    x: undefined,
    '': undefined,
  };
  for (const [name, expected] of Object.entries(near)) assert.equal(nearest(name, known), expected, name);
});

test('of two names the nearer is offered, whatever their order', () => {
  assert.equal(nearest('returnState', ['returnSequences', 'returnStates', 'returnStat2']), 'returnStates');
  assert.equal(nearest('unit', ['units', 'unit_']), 'unit_');
});
