import { RandomStream } from '../../random';
import { defineExercises, fn, hint, number, type Verdict } from '../exercise';

const sigmoid = (a: number): number => 1 / (1 + Math.exp(-a));

/** A random number that reads well in a hint. */
const between = (low: number, high: number, stream: RandomStream): number =>
  Math.round(100 * (low + (high - low) * stream.uniform())) / 100;

type BackStep = [number, number, number, number, number, number, number, number];

const backStep = (...[dh, dcAhead, i, f, g, o, c, cLast]: BackStep): number[] => {
  const shown = Math.tanh(c);
  const dc = dcAhead + dh * o * (1 - shown ** 2);
  return [dc * g * i * (1 - i), dc * cLast * f * (1 - f), dc * i * (1 - g ** 2), dh * shown * o * (1 - o), dc * f];
};

const compareBackSteps = fn<BackStep>({
  random: (stream) => [
    between(-1, 1, stream),
    between(-1, 1, stream),
    between(0, 1, stream),
    between(0, 1, stream),
    between(-1, 1, stream),
    between(0, 1, stream),
    between(-2, 2, stream),
    between(-2, 2, stream),
  ],
  expected: backStep,
  hint: 'Hold each line against the derivation: line 6 first, then the conveyor.',
});

/** Says which of the two bugs is left before it compares on random numbers. */
function bugHunt(answer: unknown): Verdict {
  if (typeof answer !== 'function') return compareBackSteps(answer);
  const conveyor = answer(1, 0, 0.5, 0.9, 0.1, 0.5, 0, 1) as unknown;
  if (Array.isArray(conveyor) && conveyor[4] === 0)
    return hint(
      'Not yet. What goes back along the belt is all that arrived on it, also what came from h at this very step.',
    );
  return compareBackSteps(answer);
}

export default defineExercises({
  '01.1': {
    question: 'A forget gate stands at 0.9: after how many steps is less than one hundredth of a value left?',
    check: number({
      expected: 44,
      hint: 'What is left after k steps is the gate to the power of k; find the first k that is below the hundredth.',
      mistakes: [
        { value: 43, hint: 'One step too early: a little more than a hundredth is left.' },
        { value: Math.log(0.01) / Math.log(0.9), hint: 'Steps are whole; round to the side on which less is left.' },
        { value: 10, hint: 'The gate multiplies; it does not take away a tenth of the first value each time.' },
      ],
    }),
    praise: 'Right: and with a gate at 0.99 it takes 459 steps.',
  },
  '01.2': {
    question: 'Which forget bias keeps half of a value over 50 steps, when only the bias acts?',
    check: number({
      expected: Math.log(1 / (2 ** (1 / 50) - 1)),
      absolute: 0.01,
      hint: 'First find the gate whose 50th power is a half, then the bias at which the sigmoid gives that gate.',
      mistakes: [
        { value: 0.5 ** (1 / 50), hint: 'That is the gate. Which number does the sigmoid turn into it?' },
        { value: sigmoid(0.5 ** (1 / 50)), hint: 'The other way round: the gate is the sigmoid of the bias.' },
        { value: 0, hint: 'A bias of 0 keeps half of a value over one step.' },
      ],
    }),
    praise: 'Right: far above the 1 with which Keras starts. For t steps the bias is roughly the logarithm of t.',
  },
  '01.3': {
    question: 'Write cell(f, i, g, o, cLast): one step of a single LSTM unit, as [c, h].',
    check: fn<[number, number, number, number, number]>({
      random: (stream) => [
        between(0, 1, stream),
        between(0, 1, stream),
        between(-1, 1, stream),
        between(0, 1, stream),
        between(-2, 2, stream),
      ],
      expected: (f, i, g, o, cLast) => {
        const c = f * cLast + i * g;
        return [c, o * Math.tanh(c)];
      },
      hint: 'Lines 4 and 6 of the six steps: the belt first, then what is shown of it.',
    }),
    praise: 'Right: two lines, and the belt passes through no squashing function.',
  },
  '01.4': {
    question: 'Write intoForget(dc, cLast, f): the gradient that goes into the forget gate before its sigmoid.',
    check: fn<[number, number, number]>({
      random: (stream) => [between(-1, 1, stream), between(-2, 2, stream), between(0, 1, stream)],
      expected: (dc, cLast, f) => dc * cLast * f * (1 - f),
      hint: 'The belt multiplied the gate by something; then comes the slope of a sigmoid, written by its own value.',
    }),
    praise: 'Right. A gate that is fully open or fully closed learns nothing: its slope is zero.',
  },
  '01.5': {
    question:
      'Mend back(dh, dcAhead, i, f, g, o, c, cLast): one backward step of a single unit, [da_i, da_f, da_g, da_o, dcLast].',
    check: bugHunt,
    praise:
      'Right. The slope of tanh is taken at what is shown, 1 - tanh(c)², and the belt carries on all that arrived at this step.',
  },
});
