import { defineExercises, fn, number } from '../exercise';

/** Sequences sorted by length, in batches of `size`, each padded to its own longest: the steps that are computed. */
function paddedSteps(lengths: number[], size: number): number {
  const sorted = [...lengths].sort((a, b) => a - b);
  let steps = 0;
  for (let from = 0; from < sorted.length; from += size) {
    const batch = sorted.slice(from, from + size);
    steps += batch.length * batch[batch.length - 1];
  }
  return steps;
}

export default defineExercises({
  '06b.1': {
    question: 'Which share of the steps of a batch with 300, 200, 100 and 40 words is padding?',
    check: number({
      expected: 1 - 640 / 1200,
      absolute: 0.005,
      hint: 'Four rows of 300 steps are computed. How many of those steps hold a word?',
      mistakes: [
        { value: 640 / 1200, hint: 'That is the share of words. The rest is padding.' },
        { value: 560, hint: 'Those are the steps of padding. A share lies between 0 and 1.' },
        { value: 560 / 640, hint: 'Divide by all steps that are computed, not by the words.' },
      ],
    }),
    praise: 'Right: nearly half, and one long review is enough for it.',
  },
  '06b.2': {
    question: 'Write paddedSteps(lengths, size): the steps computed in batches of sorted sequences.',
    check: fn<[number[], number]>({
      random: (stream) => [
        Array.from({ length: stream.integer(1, 12) }, () => stream.integer(1, 300)),
        stream.integer(1, 5),
      ],
      expected: paddedSteps,
      hint: 'Sort by number, not by text; the last batch may be smaller; each batch costs its rows times its longest.',
    }),
    praise: 'Right. Divide the sum of the lengths by it, and you have the share of steps that hold a word.',
  },
  '06b.3': {
    question: 'Mend meanState(states, lengths): the mean state over the real steps of each sequence.',
    check: fn<[number[][][], number[]]>({
      random: (stream) => {
        const [batch, time, units] = [stream.integer(1, 3), stream.integer(2, 4), stream.integer(1, 2)];
        const states = Array.from({ length: batch }, () =>
          Array.from({ length: time }, () =>
            Array.from({ length: units }, () => Math.round(20 * stream.uniform() - 10) / 10),
          ),
        );
        return [states, states.map(() => stream.integer(1, time))];
      },
      expected: (states, lengths) =>
        states.map((sequence, row) =>
          sequence[0].map(
            (_, unit) => sequence.slice(0, lengths[row]).reduce((sum, state) => sum + state[unit], 0) / lengths[row],
          ),
        ),
      absolute: 1e-9,
      hint: 'Two things depend on the length: which states are added, and what the sum is divided by.',
    }),
    praise: 'Right. A mean over padding is a mean over another thing in every batch.',
  },
  '06b.4': {
    question: 'How many random trials find one of the best 5 % of the settings with a probability of 95 %?',
    check: number({
      expected: 59,
      hint: 'How likely is it that a single trial is not among the best? And that none of n trials is?',
      mistakes: [
        {
          value: 20,
          hint: 'Then one such trial is expected, but with a probability of more than a third there is none.',
        },
        { value: 58, hint: 'Just too few: the probability of missing is still a little above 5 %.' },
        { value: Math.log(0.05) / Math.log(0.95), hint: 'Trials are whole.' },
        { value: 19, hint: 'Then the probability of missing all of them is still more than a third.' },
      ],
    }),
    praise: 'Right: 0.95 to the power of 59 is below 0.05. It holds for any number of settings that you search over.',
  },
});
