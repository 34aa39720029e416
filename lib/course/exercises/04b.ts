import { defineExercises, fn, number } from '../exercise';
import { deviation, mean } from '../../series';

export default defineExercises({
  '04b.1': {
    question: 'How many windows of 30 days, each with a target of 7 days, does a test year of 365 days give?',
    check: number({
      expected: 365 - 7 + 1,
      hint: 'On which day of the year does the first target begin, and on which the last?',
      mistakes: [
        {
          value: 365 - 30 - 7 + 1,
          hint: 'That would be so if each window lay within the year. Here it may begin in the part before.',
        },
        { value: 365, hint: 'The last targets would then lie behind the end of the year.' },
        { value: 365 - 7, hint: 'Nearly: count again, with a year of 8 days.' },
      ],
    }),
    praise: 'Right: 365 − 7 + 1, however long the window is.',
  },
  '04b.2': {
    question: 'Mend cutWindows(values, size, horizon): pairs of size values and the horizon values that follow them.',
    check: fn<[number[], number, number]>({
      random: (stream) => {
        const [size, horizon] = [stream.integer(1, 3), stream.integer(1, 3)];
        const length = size + horizon + stream.integer(0, 3);
        return [Array.from({ length }, () => stream.integer(0, 30)), size, horizon];
      },
      expected: (values, size, horizon) =>
        Array.from({ length: values.length - size - horizon + 1 }, (_, i) => [
          values.slice(i, i + size),
          values.slice(i + size, i + size + horizon),
        ]),
      hint: 'Write one pair out: does its second list begin with a value that the first one holds already?',
    }),
    praise: 'Right. The target began with the last day that the window shows: a leak that makes every model look good.',
  },
  '04b.3': {
    question: 'Write errorOfMean(errors, length): the standard error of the mean, from stretches of length days.',
    check: fn<[number[], number]>({
      random: (stream) => {
        const length = stream.integer(1, 4);
        const days = length * stream.integer(2, 4) + stream.integer(0, length - 1);
        return [Array.from({ length: days }, () => stream.integer(0, 80) / 10), length];
      },
      expected: (errors, length) => {
        const stretches = Array.from({ length: Math.floor(errors.length / length) }, (_, k) =>
          mean(errors.slice(k * length, (k + 1) * length)),
        );
        return deviation(stretches) / Math.sqrt(stretches.length);
      },
      relative: 1e-6,
      absolute: 1e-9,
      hint: 'One mean for each whole stretch. How far do these means scatter, and how many of them are there?',
    }),
    praise: 'Right. The longer the stretches, the fewer there are, and the less they share their weather.',
  },
});
