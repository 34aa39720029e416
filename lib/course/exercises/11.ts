import { defineExercises, fn, number } from '../exercise';

const listOf = (stream: { integer(low: number, high: number): number }, length: number) =>
  Array.from({ length }, () => stream.integer(-50, 150) / 10);

export default defineExercises({
  '11.1': {
    question:
      'walkForward(1000, { folds: 4, testSize: 100, gap: 20 }): at which row does the train part of the third fold end?',
    check: number({
      expected: 780,
      hint: 'The last test part ends at row 1000. Count back to where the third one starts, then leave the gap.',
      mistakes: [
        { value: 800, hint: 'That is where the third test part starts; the gap lies before it.' },
        { value: 680, hint: 'That is the second fold.' },
        { value: 880, hint: 'That is the fourth fold.' },
      ],
    }),
    praise: 'Right: the third test part is rows 800 to 899, and 20 rows before it are left out.',
  },
  '11.2': {
    question: 'Write tradingCosts(positions, cost).',
    check: fn<[number[], number]>({
      random: (stream) => [
        Array.from({ length: stream.integer(2, 7) }, () => stream.integer(-1, 1)),
        stream.integer(1, 9) / 100,
      ],
      expected: (positions, cost) =>
        cost * positions.reduce((sum, now, i) => sum + Math.abs(now - (i === 0 ? 0 : positions[i - 1])), 0),
      relative: 1e-9,
      absolute: 1e-12,
      hint: 'You begin with nothing (0). From 1 to −1 you sell twice: pay for the size of every change, the first one included.',
    }),
    praise: 'Right. What is paid is the way that the position travels.',
  },
  '11.3': {
    question: 'Mend scaled(values, trainEnd): to 0 … 1 by the smallest and the largest value of the training part.',
    check: fn<[number[], number]>({
      random: (stream) => {
        const past = [0, 2.5, ...listOf(stream, stream.integer(1, 3))];
        return [[...past, ...listOf(stream, 3), 40], past.length];
      },
      expected: (values, trainEnd) => {
        const past = values.slice(0, trainEnd);
        const [low, high] = [Math.min(...past), Math.max(...past)];
        return values.map((value) => (value - low) / (high - low));
      },
      relative: 1e-9,
      absolute: 1e-12,
      hint: 'The last value is the largest of all. May the scale know it? Later values may lie outside 0 … 1.',
    }),
    praise: 'Right. A later value may leave 0 … 1; that is how a new record looks to a network that could not know it.',
  },
  '11.4': {
    question: 'Mend smooth(values, size): for each day the mean of that day and of up to size − 1 days before it.',
    check: fn<[number[], number]>({
      random: (stream) => [listOf(stream, stream.integer(4, 7)), stream.integer(2, 4)],
      expected: (values, size) =>
        values.map((_, i) => {
          const past = values.slice(Math.max(0, i - size + 1), i + 1);
          return past.reduce((sum, value) => sum + value, 0) / past.length;
        }),
      relative: 1e-9,
      absolute: 1e-12,
      hint: 'Change the last value only. Does a mean of an earlier day change with it?',
    }),
    praise: 'Right. A centred mean looks ahead; one that ends today does not.',
  },
});
