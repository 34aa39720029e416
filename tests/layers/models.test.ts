import { describe, test } from 'node:test';
import { tf } from '../../lib/backend';
import * as layers from '../../lib/layers';
import { type FixtureArray, assertClose, fixtures, tensor } from './parity';

interface ModelCase {
  name: string;
  weights: FixtureArray[];
  inputs: FixtureArray[];
  upstream: FixtureArray;
  output: FixtureArray;
  gradients: FixtureArray[];
}

type Symbolic = tf.SymbolicTensor;
const tokens = () => tf.input({ shape: [5], dtype: 'int32' });
const embed = (x: Symbolic, maskZero = true) =>
  layers.embedding({ inputDim: 7, outputDim: 4, maskZero }).apply(x) as Symbolic;
const through = (x: Symbolic, ...stack: tf.layers.Layer[]) => stack.reduce((y, layer) => layer.apply(y) as Symbolic, x);

/** The models of fixtures/make_models.py. */
const models: Record<string, () => tf.LayersModel> = {
  'embedding with mask, LSTM': () => above(layers.lstm({ units: 3 })),
  'embedding with mask, GRU sequence': () => above(layers.gru({ units: 3, returnSequences: true })),
  'embedding with mask, SimpleRNN': () => above(layers.simpleRNN({ units: 3 })),
  'embedding with mask, Bidirectional': () => above(layers.bidirectional({ layer: layers.lstm({ units: 2 }) })),
  'embedding with mask, mean over time': () => above(layers.globalAveragePooling1d()),
  'embedding with mask, Bidirectional sequence': () =>
    above(layers.bidirectional({ layer: layers.gru({ units: 2, returnSequences: true }) })),
  'the mask passes two recurrent layers and a dense one': () => {
    const inputs = tokens();
    const lstm = layers.lstm({ units: 3, returnSequences: true });
    const dense = layers.timeDistributed({ layer: layers.dense({ units: 2 }) });
    return tf.model({ inputs, outputs: through(embed(inputs), lstm, dense, layers.gru({ units: 3 })) });
  },
  'no mask after the last output': () => {
    const inputs = tokens();
    const repeat = layers.repeatVector({ n: 3 });
    const decoder = layers.lstm({ units: 2, returnSequences: true });
    return tf.model({ inputs, outputs: through(embed(inputs), layers.lstm({ units: 3 }), repeat, decoder) });
  },
  'a masked branch beside one without': () => {
    const [one, two] = [tokens(), tf.input({ shape: [3], dtype: 'int32' })];
    const masked = through(embed(one), layers.lstm({ units: 3 }));
    const plain = through(embed(two, false), layers.lstm({ units: 2 }));
    return tf.model({ inputs: [one, two], outputs: layers.concatenate().apply([masked, plain]) as Symbolic });
  },
  'encoder and two decoders': () => {
    const [one, two] = [tokens(), tf.input({ shape: [3], dtype: 'int32' })];
    const encoder = layers.lstm({ units: 3, returnSequences: true, returnState: true });
    const [, h, c] = encoder.apply(embed(one)) as Symbolic[];
    const initialState = [h, c];
    const first = layers.lstm({ units: 3, returnSequences: true }).apply(embed(two, false), { initialState });
    const second = layers.lstm({ units: 3, returnSequences: true }).apply(first as Symbolic, { initialState });
    return tf.model({ inputs: [one, two], outputs: second as Symbolic });
  },
  'a sum of a masked and a plain input': () => {
    const [one, two] = [tokens(), tf.input({ shape: [5, 4] })];
    const sum = layers.add().apply([embed(one), two]) as Symbolic;
    return tf.model({ inputs: [one, two], outputs: through(sum, layers.lstm({ units: 2 })) });
  },
  'a masked input beside a plain one': () => {
    const [one, two] = [tokens(), tf.input({ shape: [5, 4] })];
    const both = layers.concatenate().apply([embed(one), two]) as Symbolic;
    return tf.model({ inputs: [one, two], outputs: through(both, layers.lstm({ units: 2 })) });
  },
  masking: () => {
    const inputs = tf.input({ shape: [5, 4] });
    return tf.model({ inputs, outputs: through(inputs, layers.masking(), layers.lstm({ units: 2 })) });
  },
  'an LSTM at every step': () => {
    const inputs = tf.input({ shape: [5, 3, 2] });
    return tf.model({ inputs, outputs: through(inputs, layers.timeDistributed({ layer: layers.lstm({ units: 2 }) })) });
  },
  'a normalization at every step': () => {
    const inputs = tf.input({ shape: [5, 3, 2] });
    const layer = layers.layerNormalization();
    return tf.model({ inputs, outputs: through(inputs, layers.timeDistributed({ layer })) });
  },
};

function above(recurrent: tf.layers.Layer): tf.LayersModel {
  const inputs = tokens();
  return tf.model({ inputs, outputs: through(embed(inputs), recurrent, layers.dense({ units: 2 })) });
}

describe('models with embeddings, masks and wrappers give the numbers and gradients of Keras', () => {
  for (const one of fixtures<ModelCase>('models.json')) {
    test(one.name, () => {
      const model = models[one.name]();
      tf.tidy(() => {
        model.setWeights(one.weights.map(tensor));
        const inputs = one.inputs.map((input, k) =>
          model.inputs[k].dtype === 'int32' ? tensor(input).toInt() : tensor(input),
        );
        const upstream = tensor(one.upstream);
        assertClose(model.predict(inputs) as tf.Tensor, one.output, 'prediction');
        const { grads } = tf.variableGrads(() => {
          const output = model.apply(inputs, { training: true }) as tf.Tensor;
          return output.mul(upstream).sum();
        });
        model.trainableWeights.forEach((weight, k) =>
          assertClose(grads[(weight.read() as tf.Variable).name], one.gradients[k], `gradient of ${weight.name}`),
        );
      });
      model.dispose();
    });
  }
});
