import { choice, defineExercises, fn, hint, number, passed } from '../exercise';

/** What a decoder says at each step, from the tokens that it was given as its past. */
type Writer = (previous: readonly number[]) => number[];

/** Two decoders that keep to the past, and three that do not: one sees everything, one a step ahead, one only at its first step. */
const writers: [write: Writer, looksAhead: boolean][] = [
  [(previous) => previous.map((_, t) => previous.slice(0, t + 1).reduce((a, b) => a + b)), false],
  [(previous) => previous.map((token, t) => token * (t + 1)), false],
  [(previous) => previous.map(() => previous.reduce((a, b) => a + b)), true],
  [(previous) => previous.map((token, t) => token + (previous[t + 1] ?? 0)), true],
  [(previous) => previous.map((token, t) => (t === 0 ? token + (previous.at(-1) ?? 0) : token)), true],
];

export default defineExercises({
  '12.1': {
    question: 'How many numbers does the encoder hand over without attention, for a date of 30 characters?',
    check: number({
      expected: 152,
      hint: 'The decoder has 76 units. Which two tensors make up the state of an LSTM?',
      mistakes: [
        { value: 76, hint: 'That is h. What else does an LSTM carry?' },
        { value: 30 * 76, hint: 'That is what attention may look at. Without it only the last state is handed over.' },
        { value: 304, hint: 'Each direction has half of the units; the two together have as many as the decoder.' },
      ],
    }),
    praise: 'Right, and for a date of six characters as well.',
  },
  '12.2': {
    question: 'Write looksAhead(write): whether an answer of the decoder changes when only later tokens do.',
    check: (answer) => {
      if (typeof answer !== 'function') return hint('Not yet. The answer is a function of a decoder.');
      const verdicts = writers.map(([write]) => (answer as (write: Writer) => unknown)(write));
      if (verdicts.some((verdict) => typeof verdict !== 'boolean'))
        return hint('Your function must give true or false.');
      const wrong = writers.findIndex(([, looks], k) => looks !== verdicts[k]);
      if (wrong < 0) return passed();
      return hint(
        writers[wrong][1]
          ? 'Not yet. One decoder that looks ahead gets past you: change each later token in turn, and compare each earlier answer.'
          : 'Not yet. You accuse a decoder that keeps to the past: compare only the answers before the token that you change.',
      );
    },
    praise: 'Right. This test knows nothing of the network, and so it finds leaks that nobody thought of.',
  },
  '12.3': {
    question: 'Write widen(scores, rows, width): the best [beginning, token] pairs, best first.',
    check: fn<[number[], number[][], number]>({
      random: (stream) => {
        const [beginnings, tokens] = [stream.integer(1, 3), stream.integer(2, 4)];
        const draw = () => -5 * stream.uniform();
        const rows = Array.from({ length: beginnings }, () => Array.from({ length: tokens }, draw));
        return [Array.from({ length: beginnings }, draw), rows, stream.integer(1, beginnings * tokens)];
      },
      expected: (scores, rows, width) =>
        rows
          .flatMap((row, k) => row.map((logProbability, token) => ({ k, token, score: scores[k] + logProbability })))
          .sort((a, b) => b.score - a.score)
          .slice(0, width)
          .map(({ k, token }) => [k, token]),
      hint: 'Logarithms of probabilities are added. All extensions of all beginnings compete for the same places.',
    }),
    praise: 'Right: a beginning that looked best may leave no child among the kept.',
  },
  '12.4': {
    question:
      'Is exact match under teacher forcing (a) higher than, (b) lower than, (c) the same as with greedy search?',
    check: choice({
      correct: 'c',
      why: {
        a: 'Up to its first mistake greedy search has written the truth. What has it been given until then?',
        b: 'Up to its first mistake greedy search has written the truth. What has it been given until then?',
      },
    }),
    praise: 'Right: until the first mistake both see the same past, and after it both have lost the line.',
  },
  '12.5': {
    question: 'Mend attend(scores, tokens): attention weights, none of them on padding.',
    check: fn<[number[][], number[][]]>({
      random: (stream) => {
        const [lines, longest] = [stream.integer(2, 3), stream.integer(3, 6)];
        const list = <T>(length: number, make: (place: number) => T) => Array.from({ length }, (_, k) => make(k));
        const tokens = list(lines, (line) => {
          const length = line === 0 ? longest - 1 : stream.integer(1, longest);
          return list(longest, (t) => (t < length ? stream.integer(1, 9) : 0));
        });
        return [list(lines, () => list(longest, () => 6 * stream.uniform() - 3)), tokens];
      },
      expected: (scores, tokens) =>
        scores.map((row, line) => {
          const powers = row.map((score, t) => (tokens[line][t] === 0 ? 0 : Math.exp(score)));
          const sum = powers.reduce((a, b) => a + b);
          return powers.map((power) => power / sum);
        }),
      absolute: 1e-5,
      hint: 'Which weight does the softmax give to a score of 0? And do the weights of a line still add up to 1?',
    }),
    praise: 'Right. Now a line has the same answer alone and beside a longer one.',
  },
});
