import { defineExercises, fn, model, number, text } from '../exercise';
import * as params from '../../models/params';

const target = params.lstm(20, 1) + params.lstm(20, 20) + params.dense(1, 20);

export default defineExercises({
  '03.1': {
    question: "Can a forecast have a mean squared error of 0.0004 on this task in the long run? 'yes' or 'no'.",
    check: text({
      expected: 'no',
      hint: 'What is the variance of noise that is uniform with a width of 0.1?',
    }),
    praise:
      'Right: the noise alone has a variance of 0.00083. Such a report means a leak, a tiny test set or another task.',
  },
  '03.2': {
    question: 'How large would the noise floor be with noise of width 0.3?',
    check: number({
      expected: 0.0075,
      relative: 1e-3,
      hint: 'The variance of a uniform variable is its width, squared, over 12.',
      mistakes: [
        { value: 0.0025, hint: 'Three times the width is not three times the variance.' },
        { value: 0.3 / 12, hint: 'The width enters squared.' },
      ],
    }),
    praise: 'Right: three times the width, nine times the floor.',
  },
  '03.3': {
    question: 'Write lowerBy(a, b): by how much, as a fraction of a, is the error b lower than the error a?',
    check: fn<[number, number]>({
      random: (stream) => [0.01 + stream.uniform(), 0.01 + stream.uniform()],
      expected: (a, b) => (a - b) / a,
      hint: 'When b is half of a, the answer is 0.5; when b is larger than a, it is negative.',
    }),
    praise: 'Right. Note that it is not symmetric: what is 50 % lower one way is 100 % higher the other way.',
  },
  '03.4': {
    question:
      'Build two SimpleRNN layers of equal width and a dense output with as many parameters as the LSTM network, within 3 %.',
    check: model({
      conditions: [
        {
          holds: (m) => m.layers.filter((layer) => layer.getClassName() === 'SimpleRNN').length === 2,
          hint: 'The network needs exactly two SimpleRNN layers.',
        },
        {
          holds: (m) => Math.abs(m.countParams() / target - 1) <= 0.03,
          hint: 'The count is off by more than 3 %. A SimpleRNN of u units on d features has u(d + u + 1): solve for u, or try.',
        },
      ],
      hint: 'Build it as the lesson builds its models, with another number of units.',
    }),
    praise: 'Right. Now exercise 5 is worth doing: gates against weights, at equal cost.',
  },
});
