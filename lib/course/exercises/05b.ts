import { defineExercises, fn } from '../exercise';

interface Group {
  count: number;
  said: number;
  came: number;
}

export default defineExercises({
  '05b.1': {
    question: 'Write sparseCrossEntropy(probabilities, label).',
    check: fn<[number[], number]>({
      random: (stream) => {
        const hundredths = Array.from({ length: stream.integer(1, 4) }, () => stream.integer(2, 20));
        const rest = 100 - hundredths.reduce((a, b) => a + b);
        return [[...hundredths, rest].map((value) => value / 100), stream.integer(0, hundredths.length)];
      },
      expected: (probabilities, label) => -Math.log(probabilities[label]),
      relative: 1e-6,
      absolute: 1e-9,
      hint: 'Only one of the probabilities enters the loss: the one that the label points to.',
    }),
    praise: 'Right. How the other classes share the rest of the probability does not matter.',
  },
  '05b.2': {
    question: 'Mend distance(groups): how far what was said lies from what came, mean over the reviews.',
    check: fn<[Group[]]>({
      random: (stream) => [
        Array.from({ length: stream.integer(2, 4) }, () => ({
          count: stream.integer(1, 90),
          said: stream.integer(0, 20) / 20,
          came: stream.integer(0, 20) / 20,
        })),
      ],
      expected: (groups) =>
        groups.reduce((sum, { count, said, came }) => sum + count * Math.abs(said - came), 0) /
        groups.reduce((sum, { count }) => sum + count, 0),
      relative: 1e-6,
      absolute: 1e-9,
      hint: 'A group of one review and a group of a thousand: should they weigh the same?',
    }),
    praise: 'Right. It is called the expected calibration error.',
  },
  '05b.3': {
    question: 'Write byOne(confusion): the share of the mistakes that are off by one class.',
    check: fn<[number[][]]>({
      random: (stream) => {
        const classes = stream.integer(2, 4);
        const most = stream.integer(0, 3) * 5; // now and then without a mistake
        return [
          Array.from({ length: classes }, (_, truth) =>
            Array.from({ length: classes }, (_, guess) => stream.integer(0, truth === guess ? 20 : most)),
          ),
        ];
      },
      expected: (confusion) => {
        let [mistakes, near] = [0, 0];
        confusion.forEach((row, truth) =>
          row.forEach((count, guess) => {
            if (truth !== guess) mistakes += count;
            if (Math.abs(truth - guess) === 1) near += count;
          }),
        );
        return mistakes === 0 ? 0 : near / mistakes;
      },
      relative: 1e-6,
      absolute: 1e-9,
      hint: 'The diagonal is no mistake. Beside it, on both sides, lie the mistakes by one class. And if there is none?',
    }),
    praise: 'Right. It tells a network that is a little off from one that has no idea.',
  },
});
