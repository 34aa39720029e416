import { tf } from '../../backend';
import { defineExercises, fn, model } from '../exercise';

interface Sizes {
  units: number;
  blocks: number;
  size: number;
  context: number;
}

/** The loss of a network over the seconds of its training, in order. */
type Curve = { seconds: number; loss: number }[];

/** Lines of `a`s and then `b`s: how many of each, and whether as many of both. */
const lines: [a: number, b: number, equal: boolean][] = [1, 2, 3, 7, 20, 100, 500].flatMap((n) => [
  [n, n, true],
  [n, n + 1, false],
  [n + 1, n, false],
  [n, 2 * n, false],
]);

/** `[1, a + b, 2]`: an `a` is [1, 0], a `b` is [0, 1]. */
const written = (a: number, b: number): tf.Tensor3D =>
  tf.tensor3d([Array.from({ length: a + b }, (_, t) => (t < a ? [1, 0] : [0, 1]))]);

const classesOf = ({ layers }: tf.LayersModel): string[] => layers.map((layer) => layer.getClassName());

/** Layers that know nothing of places: what they give for a step depends on the set of steps, unless a mask says otherwise. */
const placeless = new Set(['InputLayer', 'MultiHeadAttention', 'Dense', 'Add', 'LayerNormalization', 'Activation']);

/** How far a model's answers move with the steps when the sequence is turned around: 0 where order does not matter. */
function orderMatters(network: tf.LayersModel): number {
  const x = tf.randomNormal([2, 6, 8], 0, 1, 'float32', 14);
  const [straight, turned] = [x, x.reverse(1)].map((input) => network.predict(input) as tf.Tensor);
  return turned.reverse(1).sub(straight).abs().max().dataSync()[0];
}

export default defineExercises({
  '14.1': {
    question:
      'Write kept({ units, blocks, size, context }, n): [numbers the LSTM keeps, numbers the Transformer keeps].',
    check: fn<[Sizes, number]>({
      random: (stream) => {
        const context = stream.integer(8, 64);
        const sizes = {
          units: stream.integer(1, 200),
          blocks: stream.integer(1, 6),
          size: stream.integer(4, 64),
          context,
        };
        return [sizes, stream.integer(1, 3 * context)];
      },
      expected: ({ units, blocks, size, context }, n) => [2 * units, 2 * blocks * size * Math.min(n, context)],
      hint: 'An LSTM has two states. A block keeps a key and a value, all heads together each of the size, for every place that it may look at.',
    }),
    praise: 'Right. The one has to decide what to forget, the other forgets whatever leaves its context.',
  },
  '14.2': {
    question: 'Write unitsFor(budget, inputDim): the largest LSTM layer of Keras with at most that many weights.',
    check: fn<[number, number]>({
      random: (stream) => [stream.integer(200, 500_000), stream.integer(1, 40)],
      expected: (budget, inputDim) => {
        let units = 1;
        while (4 * (units + 1) * (inputDim + units + 2) <= budget) units++;
        return units;
      },
      hint: 'Lesson 02 has the formula, and params.lstm(units, inputDim) counts. The layer must not go over the budget.',
    }),
    praise: 'Right. "Equal parameters" is a decision, and now you can make it.',
  },
  '14.3': {
    question:
      'A model from [batch, time, 2] to the probability that a line has as many b as a; it must hold for lines of 1,000 letters.',
    check: model({
      conditions: [
        {
          holds: (network) => classesOf(network).includes('LSTM'),
          hint: 'The model has no LSTM layer; the claim is about one.',
        },
        {
          holds: (network) => network.inputs[0].shape.join() === ',,2' && network.outputs[0].shape.join() === ',1',
          hint: 'The model must take [null, null, 2], lines of any length, and give [null, 1].',
        },
        ...[20, 1000].map((longest) => ({
          holds: (network: tf.LayersModel) =>
            lines
              .filter(([a, b]) => a + b <= longest)
              .every(([a, b, equal]) => (network.predict(written(a, b)) as tf.Tensor).dataSync()[0] > 0.5 === equal),
          hint:
            longest === 20
              ? 'It errs on a line of at most 20 letters. What would one unit have to add for an a, and for a b?'
              : 'It holds for short lines, and errs on a longer one: its count drifts. Which value of a gate adds exactly 1, and forgets exactly nothing?',
        })),
      ],
      hint: 'The weights may be learned, or set by hand with setWeights.',
    }),
    praise: 'Right: one LSTM can count, far beyond any line that it was shown.',
  },
  '14.4': {
    question:
      'A model of self-attention over [null, 6, 8], without vectors of places, whose answers depend on the order.',
    check: model({
      conditions: [
        {
          holds: (network) => classesOf(network).includes('MultiHeadAttention'),
          hint: 'The model has no MultiHeadAttention.',
        },
        {
          holds: (network) => classesOf(network).every((name) => placeless.has(name)),
          hint: `Use these layers only, which know nothing of places by themselves: ${[...placeless].join(', ')}.`,
        },
        {
          holds: (network) => network.outputs[0].shape.length === 3 && network.inputs[0].shape[2] === 8,
          hint: 'The model must take [null, 6, 8] or [null, null, 8], and give an answer for each step.',
        },
        {
          holds: (network) => orderMatters(network) > 1e-3,
          hint: 'Turned around, the sequence gets the same answers, turned around. What could tell a step which others came before it?',
        },
      ],
      hint: 'tf.model({ inputs, outputs }) makes one.',
    }),
    praise:
      'Right: under a causal mask the first step sees one key and the last sees all. The claim of lesson 07 holds without a mask.',
  },
  '14.5': {
    question: 'Mend atBudget(curve, budget): the loss that a network had reached when the budget was spent.',
    check: fn<[Curve, number]>({
      random: (stream) => {
        let seconds = 0;
        const curve = Array.from({ length: stream.integer(3, 8) }, () => ({
          seconds: (seconds += stream.integer(1, 9)),
          loss: 1 + 3 * stream.uniform(),
        }));
        return [curve, curve[0].seconds + stream.integer(0, seconds)];
      },
      expected: (curve, budget) => curve.filter(({ seconds }) => seconds <= budget).at(-1)!.loss,
      hint: 'Which of its points had the network reached when the budget was spent? Not the nearest, and not the lowest.',
    }),
    praise: 'Right. What lies behind the budget was not paid for.',
  },
});
