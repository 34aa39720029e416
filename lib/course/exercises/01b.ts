import { tf } from '../../backend';
import { RandomStream } from '../../random';
import { mean } from '../../series';
import { defineExercises, fn, model, number } from '../exercise';

/** The error of always answering 0 at step t: a third, the variance of the number, once there was a mark. */
const silentAt = (t: number): number => (1 - (7 / 8) ** t) / 3;
const silent = mean(Array.from({ length: 30 }, (_, t) => silentAt(t + 1)));

/** Sequences `[count, steps, 2]` of values and marks, and the last marked value at every step, `[count, steps, 1]`. */
function lastMarked(count: number, steps: number): { x: tf.Tensor3D; y: tf.Tensor3D } {
  const stream = RandomStream.from(7);
  const inputs: number[][][] = [];
  const answers: number[][][] = [];
  for (let row = 0; row < count; row++) {
    let held = 0;
    const seen = Array.from({ length: steps }, () => [2 * stream.uniform() - 1, stream.uniform() < 1 / 8 ? 1 : 0]);
    inputs.push(seen);
    answers.push(seen.map(([value, mark]) => [(held = mark ? value : held)]));
  }
  return { x: tf.tensor3d(inputs), y: tf.tensor3d(answers) };
}

export default defineExercises({
  '01b.1': {
    question:
      'Which error do you expect of always answering 0, when every one of 30 steps is marked with probability 1/8 and the last marked number is asked?',
    check: number({
      expected: silent,
      absolute: 0.002,
      hint: 'Before the first mark the right answer is 0. With which probability was there a mark up to step t? Then average over the steps.',
      mistakes: [
        {
          value: 1 / 3,
          hint: 'That is the variance of the number. But at the first steps there is mostly no number to hold.',
        },
        { value: silentAt(30), hint: 'That is the last step; the error is the mean over all thirty.' },
        { value: 1 / 24, hint: 'Once marked, a number is asked at every step after, not only at its own.' },
      ],
    }),
    praise: 'Right: a baseline that you can work out needs no network.',
  },
  '01b.2': {
    question: 'Write overlap(train, test): how many rows of test occur in train as well?',
    check: fn<[number[][], number[][]]>({
      random: (stream) => {
        const row = (): number[] => [0, 0, 0].map(() => Math.round(10 * stream.uniform()) / 10);
        const train = Array.from({ length: 5 }, row);
        const test = Array.from({ length: 4 }, () =>
          stream.uniform() < 0.5 ? [...train[Math.floor(5 * stream.uniform())]] : row(),
        );
        return [train, test];
      },
      expected: (train, test) => {
        const known = new Set(train.map((row) => row.join()));
        return test.filter((row) => known.has(row.join())).length;
      },
      hint: 'Compare whole rows by their values: two arrays with the same numbers are not === in JavaScript.',
    }),
    praise: 'Right. Run it on the seeds of a colleague before you believe an error that is too good.',
  },
  '01b.3': {
    question:
      'Build, without training, a model with one LSTM of one unit that holds the last marked number at every step.',
    check: model({
      conditions: [
        {
          holds: (m) => {
            const recurrent = m.layers.filter((layer) => layer.getClassName() === 'LSTM');
            return recurrent.length === 1 && recurrent[0].getWeights()[1].shape[0] === 1;
          },
          hint: 'It needs exactly one LSTM layer, of one unit.',
        },
        {
          holds: (m) => m.outputs[0].shape.length === 3,
          hint: 'It has to answer at every step: returnSequences, and a Dense on each step.',
        },
        {
          holds: (m) =>
            tf.tidy(() => {
              const { x, y } = lastMarked(64, 30);
              return (m.predict(x) as tf.Tensor).sub(y).square().mean().dataSync()[0] < 0.01;
            }),
          hint: 'Its error is still above 0.01. Which bias and which weight on the mark let the forget gate be 1 without and 0 with a mark? And the input gate? Keep the belt small, so that tanh does not bend it, and let Dense undo the scale.',
        },
      ],
      hint: 'Build it as the stub does, then give its layers the weights that you want.',
    }),
    praise: 'Right: one belt and a switch. So the cell can do it; training found something else.',
  },
});
