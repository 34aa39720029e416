import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { tf } from '../../lib/backend';
import * as layers from '../../lib/layers';
import { fixtures } from './parity';

const made: Record<string, () => tf.layers.Layer> = {
  LSTM: () => layers.lstm({ units: 3 }),
  GRU: () => layers.gru({ units: 3 }),
  SimpleRNN: () => layers.simpleRNN({ units: 3 }),
  LSTMCell: () => layers.lstmCell({ units: 3 }),
  GRUCell: () => layers.gruCell({ units: 3 }),
  SimpleRNNCell: () => layers.simpleRNNCell({ units: 3 }),
  Embedding: () => layers.embedding({ inputDim: 5, outputDim: 3 }),
  Dense: () => layers.dense({ units: 3 }),
  Conv1D: () => layers.conv1d({ filters: 3, kernelSize: 2 }),
  Conv2D: () => layers.conv2d({ filters: 3, kernelSize: 2 }),
  Dropout: () => layers.dropout({ rate: 0.5 }),
  Bidirectional: () => layers.bidirectional({ layer: layers.lstm({ units: 3 }) }),
  LayerNormalization: () => layers.layerNormalization(),
  BatchNormalization: () => layers.batchNormalization(),
  MultiHeadAttention: () => layers.multiHeadAttention({ numHeads: 2, keyDim: 3 }),
  AdditiveAttention: () => layers.additiveAttention(),
  Attention: () => layers.attention(),
};

/** Options of Keras that the layers here do not have; none of them is on by default. */
const absent = [
  'dataFormat',
  'useGate',
  'attentionAxes',
  'slidingWindow',
  'quantizationConfig',
  'groups',
  'synchronized',
  'renorm',
  'renormClipping',
  'renormMomentum',
  'rmsScaling',
];

/** Initializers in the terms of TensorFlow.js, which writes Glorot's as what they are: variance scaling. */
const initializers: Record<string, object> = {
  GlorotUniform: { class: 'VarianceScaling', scale: 1, mode: 'fanAvg', distribution: 'uniform', seed: null },
  Orthogonal: { class: 'Orthogonal', gain: 1, seed: null },
  RandomUniform: { class: 'RandomUniform', minval: -0.05, maxval: 0.05, seed: null },
};

describe('the defaults are those of Keras 3', () => {
  for (const { name, config } of fixtures<{ name: string; config: Record<string, unknown> }>('defaults.json')) {
    test(name, () => {
      const ours = made[name]().getConfig() as Record<string, unknown>;
      for (const [argument, expected] of Object.entries(config)) {
        if (absent.includes(argument)) continue;
        assert.deepEqual(plain(ours[argument]), translated(expected), argument);
      }
    });
  }
});

function translated(value: unknown): unknown {
  const described = value as { class?: string } | null;
  if (!described?.class) return value;
  return initializers[described.class] ?? { class: described.class };
}

function plain(value: unknown): unknown {
  const described = value as { className?: string; config?: Record<string, unknown> } | null | undefined;
  if (!described?.className) return value ?? null;
  const config = Object.entries(described.config ?? {}).map(([key, entry]) => [key, entry ?? null]);
  return { class: described.className, ...Object.fromEntries(config) };
}
