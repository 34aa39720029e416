import * as params from '../../models/params';
import { defineExercises, fn, number } from '../exercise';

const weights = params.embedding(10_000, 64) + params.lstm(64, 64) + params.dense(1, 64);

const percentile = (times: number[], p: number): number =>
  [...times].sort((a, b) => a - b)[Math.ceil((p / 100) * times.length) - 1];

export default defineExercises({
  '13.1': {
    question: 'How many bytes of weights has the network of this lesson?',
    check: number({
      expected: 4 * weights,
      hint: 'Count the weights as in lesson 02; a number of 32 bits has how many bytes?',
      mistakes: [
        { value: weights, hint: 'That is how many numbers there are. How many bytes has each?' },
        { value: 8 * weights, hint: 'A JavaScript number has 8 bytes; a weight here has 32 bits.' },
        { value: 4 * params.embedding(10_000, 64), hint: 'That is the embedding alone; two more layers learn.' },
      ],
    }),
    praise: 'Right. What else the bundle holds is mostly the table of words.',
  },
  '13.2': {
    question: 'Mend overall(workers, p): the percentile of all requests together.',
    check: fn<[number[][], number]>({
      random: (stream) => {
        const slow = stream.integer(0, 3);
        const workers = Array.from({ length: 4 }, (_, worker) =>
          Array.from({ length: stream.integer(1, 40) }, () => stream.integer(1, 50) * (worker === slow ? 20 : 1)),
        );
        return [workers, [50, 90, 99][stream.integer(0, 2)]];
      },
      expected: (workers, p) => percentile(workers.flat(), p),
      hint: 'A percentile cannot be made of percentiles. What would you need from each worker?',
    }),
    praise: 'Right. That is why a service reports counts in buckets: counts can be added.',
  },
  '13.3': {
    question: 'Mend waits(due, takes): how long each person waits, from when they wanted to ask, with one connection.',
    check: fn<[number[], number[]]>({
      random: (stream) => {
        const count = stream.integer(2, 8);
        return [
          Array.from({ length: count }, (_, i) => 1000 * i),
          Array.from({ length: count }, () => (stream.integer(0, 4) === 0 ? 1000 * stream.integer(3, 6) : 100)),
        ];
      },
      expected: (due, takes) => {
        let free = 0;
        return due.map((at, i) => {
          free = Math.max(free, at) + takes[i];
          return free - at;
        });
      },
      hint: 'A request is sent when it is due, or when the one before it is answered, whichever comes last. The wait begins when it is due.',
    }),
    praise: 'Right. The mistake has a name, coordinated omission: who measures waits politely with the service.',
  },
  '13.4': {
    question: 'Mend answerAll(requests, most): each request gets its own answer.',
    check: fn<[number[][], number]>({
      random: (stream) => [
        Array.from({ length: stream.integer(2, 7) }, () =>
          Array.from({ length: stream.integer(1, 5) }, () => stream.integer(1, 9)),
        ),
        stream.integer(1, 4),
      ],
      expected: (requests) => requests.map((numbers) => numbers.reduce((a, b) => a + b, 0)),
      hint: 'Who gets the first answer? Sort the places of the requests, not the requests.',
    }),
    praise: 'Right. An answer that goes to somebody else is worse than none: nobody sees it.',
  },
  '13.5': {
    question: 'Write weightIH(kernel): the kernel of a GRU of Keras as the weight_ih_l0 of PyTorch.',
    check: fn<[number[][]]>({
      random: (stream) => {
        const units = stream.integer(1, 4);
        const inputs = stream.integer(1, 4);
        return [Array.from({ length: inputs }, () => Array.from({ length: 3 * units }, () => stream.integer(-9, 9)))];
      },
      expected: (kernel) => {
        const units = kernel[0].length / 3;
        const columns = kernel[0].map((_, column) => kernel.map((row) => row[column]));
        return [...columns.slice(units, 2 * units), ...columns.slice(0, units), ...columns.slice(2 * units)];
      },
      hint: 'Columns become rows. Then the second third comes first.',
    }),
    praise: 'Right. With the first two thirds the wrong way round every shape fits, and every answer is wrong.',
  },
});
