import type { RandomStream } from '../../random';
import { choice, defineExercises, fn, number } from '../exercise';

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

const numbers = (stream: RandomStream, count: number, reach: number): number[] =>
  Array.from({ length: count }, () => reach * (2 * stream.uniform() - 1));

export default defineExercises({
  '08.1': {
    question: 'How many weights do peepholes add to an LSTM of 24 units that reads 6 features?',
    check: number({
      expected: 72,
      hint: 'A peephole leads from the carry of a unit to a gate of the same unit. Which gates have one?',
      mistakes: [
        { value: 96, hint: 'The candidate g is no gate: it has no peephole.' },
        { value: 24, hint: 'That is one gate. How many of them look at the carry?' },
        { value: 3 * 24 * 24, hint: 'A gate sees the carry of its own unit only: a vector, not a matrix.' },
        { value: 4 * 24 * 24, hint: 'A gate sees the carry of its own unit only, and the candidate is no gate.' },
      ],
    }),
    praise: 'Right: three gates, and one weight for each unit.',
  },
  '08.2': {
    question: 'Write coupled(z, c): one step of an LSTM whose input gate is 1 - f, for one unit.',
    check: fn<[z: { f: number; g: number; o: number }, c: number]>({
      random: (stream) => {
        const [f, g, o, c] = numbers(stream, 4, 3);
        return [{ f, g, o }, c];
      },
      expected: ({ f, g, o }, c) => {
        const carry = sigmoid(f) * c + (1 - sigmoid(f)) * Math.tanh(g);
        return [sigmoid(o) * Math.tanh(carry), carry];
      },
      absolute: 1e-9,
      hint: 'f and o go through a sigmoid, g through a tanh; what is not kept, 1 - σ(f), is the share of the candidate. Give [h, c].',
    }),
    praise: 'Right. A quarter of the weights is gone, and the carry is now a weighted mean of candidates.',
  },
  '08.3': {
    question: 'Write joinSteps(steps): one pair [a, v] that does what all pairs of the list do, one after another.',
    check: fn<[steps: [number, number][]]>({
      random: (stream) => [
        Array.from({ length: stream.integer(1, 6) }, () => numbers(stream, 2, 2) as [number, number]),
      ],
      expected: (steps) => steps.reduce(([a, v], [b, w]) => [b * a, b * v + w], [1, 0]),
      absolute: 1e-9,
      hint: 'Put h = a1 h + v1 into h = a2 h + v2. The first pair of the list is the first step.',
    }),
    praise: 'Right. Any brackets give the same pair, and that is why a scan may join in any order of brackets.',
  },
  '08.4': {
    question:
      'A bidirectional LSTM names the next letter almost without error: (a) a triumph of context, (b) a leak, (c) overfitting?',
    check: choice({
      correct: 'b',
      why: {
        a: 'Which letters has the backward half read when it speaks about step t?',
        c: 'It would do as well on sequences that it has never seen. Which letters has the backward half read?',
      },
    }),
    praise:
      'Right: the backward half has read the answer. Bidirectional networks need the whole input, and no answer in it.',
  },
  '08.5': {
    question: 'Mend weightedMean(inputs, values): the mean of the values, weighted by the exponentials of the inputs.',
    check: fn<[inputs: number[], values: number[]]>({
      random: (stream) => {
        const [count, level] = [stream.integer(1, 6), [0, 900, -900][stream.integer(0, 2)]];
        return [numbers(stream, count, 3).map((i) => i + level), numbers(stream, count, 2)];
      },
      expected: (inputs, values) => {
        const weights = inputs.map((i) => Math.exp(i - Math.max(...inputs)));
        const sum = weights.reduce((a, b) => a + b);
        return values.reduce((total, value, t) => total + weights[t] * value, 0) / sum;
      },
      absolute: 1e-9,
      hint: 'The same factor may be taken out of c and of n. Which one makes the largest exponent 0? Small exponents are as bad as large ones.',
    }),
    praise: 'Right: no exponential is larger than 1, and one of them is 1.',
  },
});
