import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withArticle } from '../lib/article';

test('a word has the article with which it is said', () => {
  const said =
    'an LSTM, a GRU, an RNN, a SimpleRNN, an AttentionPooling, a UnitNorm, an UpSampling1D, an LSTMCell, an object, a Masking';
  for (const phrase of said.split(', ')) assert.equal(withArticle(phrase.replace(/^an? /, '')), phrase);
});
