import type { RandomStream } from '../../random';
import { choice, defineExercises, fn, number } from '../exercise';

const numbers = (stream: RandomStream, count: number): number[] =>
  Array.from({ length: count }, () => 2 * stream.uniform() - 1);

const someWords = ['film', 'good', 'bad', 'plot', 'actor', 'ending', 'dull'];

export default defineExercises({
  '08b.1': {
    question: 'How many weights does the classifier take over from the language model when it starts from "all"?',
    check: number({
      expected: 1_674_240,
      hint: 'A vector of 128 numbers for each of 10,000 words, and an LSTM of 256 units that reads 128 numbers (lesson 02).',
      mistakes: [
        { value: 1_280_000, hint: 'Those are the word vectors. The LSTM comes along as well.' },
        { value: 394_240, hint: 'That is the LSTM. Its inputs come along as well.' },
        { value: 1_674_497, hint: 'The last layer is new: the language model has none like it.' },
      ],
    }),
    praise: 'Right: of the whole classifier only the 257 weights of its last layer are new.',
  },
  '08b.2': {
    question: 'Write meanOfWords(outputs, tokens): the mean of the outputs over the steps whose token is not 0.',
    check: fn<[outputs: number[][], tokens: number[]]>({
      random: (stream) => {
        const [padding, length] = [stream.integer(0, 4), stream.integer(1, 5)];
        const tokens = [...new Array<number>(padding).fill(0), ...Array.from({ length }, () => stream.integer(1, 50))];
        return [tokens.map(() => numbers(stream, 3)), tokens];
      },
      expected: (outputs, tokens) => {
        const real = outputs.filter((_, t) => tokens[t] !== 0);
        return real[0].map((_, unit) => real.reduce((sum, row) => sum + row[unit], 0) / real.length);
      },
      absolute: 1e-9,
      hint: 'Leave out the rows whose token is 0, then take the mean of each column over the rows that are left.',
    }),
    praise: 'Right. Divided by the length of the padded row instead, short reviews would look fainter than long ones.',
  },
  '08b.3': {
    question:
      'Which of these makes the figure on the test part worthless: (a) the language model reads the unlabelled reviews, (b) the vocabulary is made of the unlabelled reviews, (c) of 40 settings the one with the best test accuracy is reported?',
    check: choice({
      correct: 'c',
      why: {
        a: 'None of them is in the test part, and none has a label. What does the test part have to do with it?',
        b: 'A list of words from other reviews tells nothing about the labels of the test part.',
      },
    }),
    praise: 'Right: what is chosen by the test part is no longer tested by it.',
  },
  '08b.4': {
    question:
      'Mend handOver(vectors, theirs, own): the rows of `vectors` in the order of the words `own`; row 1 for a word that `theirs` lacks.',
    check: fn<[vectors: number[][], theirs: string[], own: string[]]>({
      random: (stream) => {
        const pick = () => someWords.filter(() => stream.uniform() < 0.6).sort(() => stream.uniform() - 0.5);
        const [theirs, own] = [pick(), pick()].map((words) => ['<pad>', '<unk>', ...words]);
        return [theirs.map(() => numbers(stream, 2)), theirs, own];
      },
      expected: (vectors, theirs, own) => own.map((word) => vectors[theirs.includes(word) ? theirs.indexOf(word) : 1]),
      absolute: 1e-9,
      hint: 'Number k means another word in each of the two lists. For each of your own words, where does it stand in theirs?',
    }),
    praise:
      'Right. Handed over by number, every word would have got the vector of another one, without an error message.',
  },
});
