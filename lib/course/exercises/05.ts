import * as params from '../../models/params';
import { defineExercises, fn, number } from '../exercise';

const network = (words: number) => params.embedding(words, 128) + params.lstm(64, 128) + params.dense(1, 64);

export default defineExercises({
  '05.1': {
    question: 'How many numbers does the network learn with 20,000 words?',
    check: number({
      expected: network(20_000),
      hint: 'Add up the embedding, the LSTM and the dense layer. Which of them depends on the number of words?',
      mistakes: [
        { value: network(10_000), hint: 'That is the network of the lesson, with 10,000 words.' },
        { value: 2 * network(10_000), hint: 'Only the embedding doubles; the other layers do not see how many words.' },
        { value: params.embedding(20_000, 128), hint: 'That is the embedding alone; two more layers learn.' },
      ],
    }),
    praise: 'Right: each new word costs 128 numbers, and the LSTM and the dense layer stay as they are.',
  },
  '05.2': {
    question: 'Write pad(sequence, length): zeros in front, or the beginning cut off.',
    check: fn<[number[], number]>({
      random: (stream) => [
        Array.from({ length: stream.integer(0, 8) }, () => stream.integer(1, 99)),
        stream.integer(1, 8),
      ],
      expected: (sequence, length) => Array.from({ length }, (_, i) => sequence[sequence.length - length + i] ?? 0),
      hint: 'The last entry of the sequence is always the last entry of the answer, and the answer has exactly that length.',
    }),
    praise: 'Right. That is what Keras does when it is told nothing else.',
  },
  '05.3': {
    question: 'Mend lastReal(outputs, tokens): the output of the last real word.',
    check: fn<[number[][], number[]]>({
      random: (stream) => {
        const steps = stream.integer(2, 5);
        const words = stream.integer(1, steps);
        return [
          Array.from({ length: steps }, () => [stream.integer(-9, 9), stream.integer(-9, 9)]),
          Array.from({ length: steps }, (_, t) => (t < words ? stream.integer(4, 99) : 0)),
        ];
      },
      expected: (outputs, tokens) => outputs[tokens.filter((token) => token !== 0).length - 1],
      hint: 'With n words the last of them stands at place n - 1. And what does indexOf say of a review that fills all places?',
    }),
    praise: 'Right. A mask does the same inside the layer, and costs nothing to write.',
  },
});
