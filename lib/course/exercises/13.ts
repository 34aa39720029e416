import * as params from '../../models/params';
import { defineExercises, fn, number } from '../exercise';

const weights = params.embedding(10_000, 64) + params.lstm(64, 64) + params.dense(1, 64);

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
    question: 'Mend numbersOf(words, table, numWords, maxLen): unknown words become 1, and the end is kept.',
    check: fn<[string[], Record<string, number>, number, number]>({
      random: (stream) => {
        const known = ['the', 'film', 'good', 'bad', 'cast', 'dull'];
        const table = Object.fromEntries(known.map((word, rank) => [word, rank + 2]));
        const any = [...known, 'zither'];
        const words = Array.from({ length: stream.integer(1, 7) }, () => any[stream.integer(0, any.length - 1)]);
        return [words, table, stream.integer(3, 8), stream.integer(2, 6)];
      },
      expected: (words, table, numWords, maxLen) =>
        words.map((word) => (Object.hasOwn(table, word) && table[word] < numWords ? table[word] : 1)).slice(-maxLen),
      hint: 'What does the network do with a number that it has no vector for? And which end of a long text did it learn from?',
    }),
    praise: 'Right. Nothing but a comparison of answers finds such a mistake: every number is a valid one.',
  },
  '13.3': {
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
