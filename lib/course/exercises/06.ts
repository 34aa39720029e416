import { defineExercises, fn, number } from '../exercise';
import type { RandomStream } from '../../random';
import { difference } from '../../series';

const rounded = (value: number): number => Math.round(1000 * value) / 1000;

/** Validation losses that fall first and wander then, all of them different. */
const losses = (stream: RandomStream): number[] =>
  Array.from({ length: stream.integer(4, 14) }, (_, epoch) => rounded(1 / (epoch + 1) + stream.uniform()));

/** Keras's EarlyStopping without a minimal improvement: the last epoch and the best one, from 1. */
function stopping(losses: number[], patience: number): [number, number] {
  let best = 0;
  for (let epoch = 1; epoch < losses.length; epoch++) {
    if (losses[epoch] < losses[best]) best = epoch;
    else if (epoch - best >= patience) return [epoch + 1, best + 1];
  }
  return [losses.length, best + 1];
}

/** Keras's ReduceLROnPlateau without a minimal improvement or a cooldown. */
function plateauRate(losses: number[], rate: number, factor: number, patience: number): number {
  let [best, waited, left] = [Infinity, 0, rate];
  for (const loss of losses) {
    waited = loss < best ? 0 : waited + 1;
    best = Math.min(best, loss);
    if (waited < patience) continue;
    left *= factor;
    waited = 0;
  }
  return left;
}

export default defineExercises({
  '06.1': {
    question: 'By which factor does dropout with rate 0.2 multiply the numbers that it keeps?',
    check: number({
      expected: 1.25,
      hint: 'Four of five numbers are kept. Their sum must be about as large as that of all five.',
      mistakes: [
        {
          value: 0.8,
          hint: 'That is the share that is kept. The others are missing from the sum; what makes up for it?',
        },
        { value: 1.2, hint: 'Close, but try it: four numbers of 1, each multiplied by that, are not yet five.' },
        { value: 1, hint: 'Then the sum would be smaller while the network learns than when it predicts.' },
      ],
    }),
    praise: 'Right: 1 / (1 − 0.2). So nothing has to be rescaled when the network predicts.',
  },
  '06.2': {
    question: 'Write clipGlobal(gradients, most): all gradients together, clipped to one norm.',
    check: fn<[number[][], number]>({
      random: (stream) => [
        Array.from({ length: stream.integer(1, 4) }, () =>
          Array.from({ length: stream.integer(1, 4) }, () => rounded(4 * stream.uniform() - 2)),
        ),
        rounded(0.5 + 4 * stream.uniform()),
      ],
      expected: (gradients, most) => {
        const norm = Math.hypot(...gradients.flat());
        return gradients.map((gradient) => gradient.map((value) => value * Math.min(1, most / norm)));
      },
      absolute: 1e-9,
      hint: 'One factor for all gradients, from one norm over all their entries; and a short gradient stays as it is.',
    }),
    praise: 'Right. One factor for all of them: the direction of the step stays.',
  },
  '06.3': {
    question: 'Write stopping(losses, patience): the last epoch and the best one, counted from 1.',
    check: fn<[number[], number]>({
      random: (stream) => [losses(stream), stream.integer(1, 4)],
      expected: stopping,
      hint: 'Walk through the epochs and remember the best so far. Stop when as many epochs as the patience have passed since.',
    }),
    praise: 'Right. Without restore_best_weights you would be left with the weights of the first of the two.',
  },
  '06.4': {
    question: 'Write plateauRate(losses, rate, factor, patience): the learning rate after these epochs.',
    check: fn<[number[], number, number, number]>({
      random: (stream) => [losses(stream), 0.01, 0.5, stream.integer(1, 3)],
      expected: plateauRate,
      relative: 1e-9,
      hint: 'Keep the best loss and a count of the epochs since. After each cut only the count starts again, not the best.',
    }),
    praise: 'Right. After a cut the best loss stays where it was: the lower rate has to beat it.',
  },
  '06.5': {
    question: 'Mend standsOut(a, b): do two means lie more than two standard errors apart?',
    check: fn<[number[], number[]]>({
      random: (stream) => {
        const shift = 0.9 * stream.uniform();
        return [0, shift].map((at) =>
          Array.from({ length: stream.integer(3, 8) }, () => Math.round(100 * (at + stream.uniform())) / 100),
        ) as [number[], number[]];
      },
      expected: (a, b) => {
        const { mean, error } = difference(a, b);
        return Math.abs(mean) > 2 * (error ?? Infinity);
      },
      cases: 60,
      hint: 'A mean of n runs scatters less than one run: by the root of n. And of two errors the squares add up.',
    }),
    praise: 'Right. With the spreads themselves added up, five runs would be no better than one.',
  },
});
