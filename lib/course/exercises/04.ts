import { defineExercises, fn, hint, number, passed } from '../exercise';
import * as params from '../../models/params';

const shapes = [
  [32, 5, 3],
  [5, 32, 3],
];

export default defineExercises({
  '04.1': {
    question: 'Which shape has the batch with batch_first=True, and which without? [[…], […]]',
    check: (answer) => {
      const given = Array.isArray(answer) ? answer.map(String) : [];
      if (given.length !== 2) return hint('Not yet. The answer is an array of two arrays, three numbers each.');
      if (given.every((shape, k) => shape === String(shapes[k]))) return passed();
      if (given[0] === String(shapes[1]) && given[1] === String(shapes[0]))
        return hint('Not yet. You have both shapes, in the wrong order: what comes first with batch_first?');
      return hint('Not yet. The features come last in both; only batch and time change places.');
    },
    praise: 'Right: [batch, time, features], and [time, batch, features].',
  },
  '04.2': {
    question: 'How many parameters has WeatherLSTM(1, 10, 1), as PyTorch counts?',
    check: number({
      expected: params.torchLSTM(1, 10) + params.dense(1, 10),
      hint: 'Four blocks, with two biases each, and then the dense layer with its bias.',
      mistakes: [
        { value: params.torchLSTM(1, 10), hint: 'That is the LSTM alone; the dense layer learns too.' },
        { value: params.lstm(10, 1) + params.dense(1, 10), hint: 'That is how Keras counts. PyTorch has two biases.' },
      ],
    }),
    praise: 'Right: 520 for the LSTM and 11 for the dense layer.',
  },
  '04.3': {
    question: 'Write standardize(values, reference).',
    check: fn<[number[], number[]]>({
      random: (stream) => {
        const list = () => Array.from({ length: stream.integer(2, 6) }, () => stream.integer(-50, 350) / 10);
        return [list(), list()];
      },
      expected: (values, reference) => {
        const mean = reference.reduce((a, b) => a + b) / reference.length;
        const deviation = Math.sqrt(reference.reduce((sum, v) => sum + (v - mean) ** 2, 0) / reference.length);
        return values.map((value) => (value - mean) / deviation);
      },
      relative: 1e-6,
      absolute: 1e-9,
      hint: 'Mean and deviation come from the reference alone; the values only use them.',
    }),
    praise: 'Right. The reference is the training part, also when you scale the test part.',
  },
});
