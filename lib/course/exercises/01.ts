import { defineExercises, fn, model, number } from '../exercise';

const sigmoid = (a: number): number => 1 / (1 + Math.exp(-a));

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
        stream.uniform(),
        stream.uniform(),
        2 * stream.uniform() - 1,
        stream.uniform(),
        4 * stream.uniform() - 2,
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
      random: (stream) => [2 * stream.uniform() - 1, 4 * stream.uniform() - 2, stream.uniform()],
      expected: (dc, cLast, f) => dc * cLast * f * (1 - f),
      hint: 'The belt multiplied the gate by something; then comes the slope of a sigmoid, written by its own value.',
    }),
    praise: 'Right. A gate that is fully open or fully closed learns nothing: its slope is zero.',
  },
  '01.5': {
    question: 'Build a model with one LSTM of 8 units on 3 inputs, forget bias 3 and all other biases 0.',
    check: model({
      conditions: [
        {
          holds: (m) =>
            m.layers.filter((layer) => layer.getClassName() === 'LSTM').length === 1 && m.countParams() === 384,
          hint: 'It needs exactly one LSTM layer of 8 units on 3 inputs, and nothing else that learns.',
        },
        {
          holds: (m) => {
            const bias = m.layers
              .find((layer) => layer.getClassName() === 'LSTM')!
              .getWeights()[2]
              .dataSync();
            return bias.every((value, k) => value === (k >= 8 && k < 16 ? 3 : 0));
          },
          hint: 'The 32 biases stand in the order input, forget, candidate, output: which of them must be 3?',
        },
      ],
      hint: 'Build it as the stub does, then change the weights of its layer.',
    }),
    praise: 'Right: such a gate starts at 0.95 and not at 0.73.',
  },
});
