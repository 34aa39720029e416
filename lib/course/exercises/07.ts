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
    question: 'Write contextOf(weights, states): the weighted mean of the states.',
    check: fn<[number[], number[][]]>({
      random: (stream) => {
        const [length, features] = [stream.integer(1, 5), stream.integer(1, 4)];
        const raw = Array.from({ length }, () => 0.1 + stream.uniform());
        const sum = raw.reduce((a, b) => a + b);
        const states = raw.map(() => Array.from({ length: features }, () => stream.uniform() * 2 - 1));
        return [raw.map((value) => value / sum), states];
      },
      expected: (weights, states) =>
        states[0].map((_, k) => states.reduce((sum, state, t) => sum + weights[t] * state[k], 0)),
      relative: 1e-6,
      absolute: 1e-9,
      hint: 'The answer has as many numbers as one state: for each feature, the sum over the steps of weight times state.',
    }),
    praise: 'Right: however long the sequence, the context has the size of one state.',
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
});

/** The largest value is taken off first, so that no exponential overflows; -Infinity gets no weight. */
function softmax(scores: readonly number[]): number[] {
  const most = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - most));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / sum);
}
