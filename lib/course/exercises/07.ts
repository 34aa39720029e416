import * as params from '../../models/params';
import { choice, defineExercises, fn, number } from '../exercise';

export default defineExercises({
  '07.1': {
    question: 'How many weights have eight heads with keys of 32 numbers, on 128 features?',
    check: number({
      expected: params.multiHeadAttention(8, 32, 128),
      hint: 'Queries, keys and values are three dense layers from the features to all heads together; a fourth leads back.',
      mistakes: [
        {
          value: params.multiHeadAttention(8, 32, 128) - 3 * 8 * 32 - 128,
          hint: 'The four layers have biases, too.',
        },
        {
          value: 3 * params.dense(8 * 32, 128),
          hint: 'Those are queries, keys and values. What mixes the heads in the end?',
        },
        {
          value: params.multiHeadAttention(1, 32, 128),
          hint: 'That is one head; eight heads have matrices of their own.',
        },
      ],
    }),
    praise: 'Right: as many as four heads with keys of 64 numbers have on these features.',
  },
  '07.2': {
    question: 'Write attend(scores, mask): weights that are exactly 0 on padding and add up to 1.',
    check: fn<[number[], number[]]>({
      random: (stream) => {
        const length = stream.integer(2, 7);
        const size = stream.uniform() < 0.3 ? 1000 : 3;
        const scores = Array.from({ length }, () => (2 * stream.uniform() - 1) * size);
        const mask = Array.from({ length }, () => Number(stream.uniform() < 0.6));
        mask[stream.integer(0, length - 1)] = 1;
        return [scores, mask];
      },
      expected: (scores, mask) => softmax(scores.map((score, i) => (mask[i] ? score : -Infinity))),
      relative: 1e-6,
      absolute: 1e-9,
      hint:
        'Padding may stand anywhere, and must be left out of the sum below the fraction as well. ' +
        'Take the largest score that counts off all of them first: the exponential of 1000 is infinite.',
    }),
    praise: 'Right. A weight that is set to zero after the softmax would leave the others with a sum below 1.',
  },
  '07.3': {
    question: 'Write selfAttend(queries, keys, values): scaled dot-product attention of one head.',
    check: fn<[number[][], number[][], number[][]]>({
      random: (stream) => {
        const [steps, size, wide] = [stream.integer(1, 4), stream.integer(1, 4), stream.integer(1, 3)];
        const rows = (width: number) =>
          Array.from({ length: steps }, () => Array.from({ length: width }, () => 4 * stream.uniform() - 2));
        return [rows(size), rows(size), rows(wide)];
      },
      expected: (queries, keys, values) =>
        queries.map((query) => {
          const weights = softmax(keys.map((key) => dot(query, key) / Math.sqrt(query.length)));
          return values[0].map((_, k) => values.reduce((sum, value, t) => sum + weights[t] * value[k], 0));
        }),
      relative: 1e-6,
      absolute: 1e-9,
      hint:
        'For each query: its dot product with every key, over the root of the number of features of a query, a softmax over the keys, ' +
        'and with these weights the mean of the values.',
    }),
    praise: 'Right: one output for each query, as wide as a value.',
  },
  '07.4': {
    question: 'Are the two answers (a) the same, (b) different, (c) the same only if the network is untrained?',
    check: choice({
      correct: 'a',
      why: {
        b: 'Both sentences have the same words. Which part of this network knows where a word stands?',
        c: 'Training changes the numbers of the layers, but does it give them the position of a word?',
      },
    }),
    praise: 'Right: without an LSTM below or positions in its inputs, attention reads a bag of words.',
  },
  '07.5': {
    question: 'Mend attention pooling whose answer for one sequence depends on the others in its batch.',
    check: fn<[number[][], number[][][]]>({
      random: (stream) => {
        const [batch, steps, features] = [stream.integer(2, 4), stream.integer(2, 5), stream.integer(1, 3)];
        const list = <T>(length: number, make: () => T) => Array.from({ length }, make);
        const scores = list(batch, () => list(steps, () => 4 * stream.uniform() - 2));
        return [scores, list(batch, () => list(steps, () => list(features, () => 2 * stream.uniform() - 1)))];
      },
      expected: (scores, states) =>
        scores.map((row, i) => {
          const weights = softmax(row);
          return states[i][0].map((_, k) => weights.reduce((sum, weight, t) => sum + weight * states[i][t][k], 0));
        }),
      relative: 1e-4,
      absolute: 1e-6,
      hint: 'The weights of one sequence must add up to 1. Over which axis of [batch, steps] do they do so now?',
    }),
    praise: 'Right. The shapes fit either way: no error message points at a softmax over the wrong axis.',
  },
});

/** The largest value is taken off first, so that no exponential overflows; -Infinity gets no weight. */
function softmax(scores: readonly number[]): number[] {
  const most = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - most));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / sum);
}

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, k) => sum + value * b[k], 0);
