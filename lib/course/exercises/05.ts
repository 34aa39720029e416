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
    question: 'What is the binary cross-entropy of a network that answers 0.5 to everything?',
    check: number({
      expected: Math.LN2,
      relative: 2e-3,
      hint: 'The loss of a sample is the negative natural logarithm of the probability given to its true class.',
      mistakes: [
        { value: 0.5, hint: 'That is its accuracy, on balanced classes; the loss is a logarithm.' },
        { value: 1, hint: 'In bits, yes. Keras takes the natural logarithm.' },
      ],
    }),
    praise: 'Right: ln 2, about 0.693.',
  },
  '05.4': {
    question: 'Write sparseCrossEntropy(probabilities, label).',
    check: fn<[number[], number]>({
      random: (stream) => {
        const raw = Array.from({ length: stream.integer(2, 6) }, () => 0.05 + stream.uniform());
        const sum = raw.reduce((a, b) => a + b);
        return [raw.map((value) => value / sum), stream.integer(0, raw.length - 1)];
      },
      expected: (probabilities, label) => -Math.log(probabilities[label]),
      relative: 1e-6,
      absolute: 1e-9,
      hint: 'Only one of the probabilities enters the loss: the one that the label points to.',
    }),
    praise: 'Right. How the other classes share the rest of the probability does not matter.',
  },
});
