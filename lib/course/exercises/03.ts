import { defineExercises, fn, hint, model, number, passed } from '../exercise';
import * as params from '../../models/params';

const target = params.lstm(20, 1) + params.lstm(20, 20) + params.dense(1, 20);

export default defineExercises({
  '03.1': {
    question:
      "After shuffling the time steps, is the test error 'same', 'lower' or 'higher'? { linear: '…', lstm: '…' }, one word for each.",
    check: (answer) => {
      const { linear, lstm } = (answer ?? {}) as Record<string, unknown>;
      const words = ['same', 'lower', 'higher'];
      if (!words.includes(linear as string) || !words.includes(lstm as string))
        return hint(`Answer with two words of ${words.join(', ')}: { linear: '…', lstm: '…' }.`);
      if (linear !== 'same') return hint('Not yet. What does the order of its 50 inputs mean to a weighted sum?');
      if (lstm !== 'higher')
        return hint('Not yet. What does an LSTM carry from one step to the next, when the next is any?');
      return passed();
    },
    praise:
      'Right: the weights of the regression move along with their inputs; the LSTM reads in order. The solution measures both.',
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
    question: 'Mend score(predicted, truth): the mean squared error of two lists of equal length.',
    check: fn<[number[], number[]]>({
      random: (stream) => {
        const [length, list] = [
          stream.integer(2, 5),
          (n: number) => Array.from({ length: n }, () => stream.integer(-9, 9)),
        ];
        return [list(length), list(length)];
      },
      expected: (predicted, truth) =>
        predicted.reduce((sum, value, i) => sum + (value - truth[i]) ** 2, 0) / predicted.length,
      relative: 1e-4,
      absolute: 1e-4,
      hint: 'Print the shape of the difference. How many differences are there, and how many should there be?',
    }),
    praise: 'Right: a column minus a row is a square table, every forecast against every truth, and nothing complains.',
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
