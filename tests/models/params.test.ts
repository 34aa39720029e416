import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import * as params from '../../lib/models/params';
import * as torch from '../../lib/torch';

const fixture = JSON.parse(readFileSync(path.join(__dirname, 'fixtures/params.json'), 'utf8'));
type Row = [layer: params.LayerName, args: [number, number], weights: [name: string, shape: number[]][]];

function agrees([layer, args, weights]: Row) {
  const product = (shape: number[]) => shape.reduce((n, d) => n * d, 1);
  const breakdown = params.explain(layer, ...args);
  assert.deepEqual(
    breakdown.weights.map((w) => [w.name, w.shape]),
    weights,
  );
  const total = weights.reduce((sum, [, shape]) => sum + product(shape), 0);
  assert.equal(breakdown.total, total);
  assert.equal((params[layer] as (...a: unknown[]) => number)(...args), total);
}

describe('params', () => {
  test('agrees with every weight of Keras', () => fixture.keras.layers.forEach(agrees));
  test('agrees with every weight of PyTorch', () => fixture.torch.modules.forEach(agrees));

  test("gives the source's numbers", () => {
    assert.equal(params.lstm(50, 1), 10400);
    assert.equal(params.lstm(50, 50), 20200);
    assert.equal(params.lstm(50, 1) + params.lstm(50, 50) + params.dense(1, 50), 30651);
    assert.deepEqual([params.lstm(20, 1), params.lstm(20, 20), params.dense(10, 20)], [1760, 3280, 210]);
    assert.equal(params.bidirectional(params.lstm(64, 128)), fixture.keras.bidirectionalLSTM64on128);
  });

  test('follows the formula in each doc comment', () => {
    const size = fc.integer({ min: 1, max: 300 });
    fc.assert(
      fc.property(size, size, size, (u, d, n) => {
        assert.equal(params.lstm(u, d), 4 * u * (d + u + 1));
        assert.equal(params.gru(u, d), 3 * u * (d + u + 2));
        assert.equal(params.gru(u, d, { resetAfter: false }), 3 * u * (d + u + 1));
        assert.equal(params.simpleRNN(u, d), u * (d + u + 1));
        assert.equal(params.dense(u, d), u * (d + 1));
        assert.equal(params.embedding(u, d), u * d);
        assert.equal(params.multiHeadAttention(n, u, d), 3 * n * u * (d + 1) + d * (n * u + 1));
        assert.equal(params.torchLSTM(d, u), 4 * u * (d + u + 2));
        assert.equal(params.torchGRU(d, u), 3 * u * (d + u + 2));
        assert.equal(params.torchRNN(d, u), u * (d + u + 2));
        assert.equal(
          params.torchLSTM(d, u, { numLayers: 2, bidirectional: true }),
          2 * (params.torchLSTM(d, u) + params.torchLSTM(2 * u, u)),
        );
      }),
    );
  });

  test('explains itself as a table', () => {
    assert.equal(
      params.explain('lstm', 50, 1).toString(),
      [
        'lstm(50, 1)',
        'weight            shape      numbers',
        '----------------  ---------  -------',
        'kernel            [1, 200]       200',
        'recurrent_kernel  [50, 200]   10,000',
        'bias              [200]          200',
        'together                      10,400',
      ].join('\n'),
    );
  });

  test('refuses sizes that are none', () => {
    assert.throws(() => params.lstm(0, 1), /units is an integer of 1 or more; got 0/);
    assert.throws(() => params.gru(1, 2.5), /inputDim is an integer of 1 or more; got 2.5/);
    assert.throws(() => params.torchLSTM(1, 1, { numLayers: 0 }), /numLayers/);
    assert.throws(() => params.bidirectional(-1), /count of one direction/);
    assert.throws(() => params.explain('lstn' as 'lstm', 1, 1), /explain knows lstm, simpleRNN.*got "lstn"/);
  });
});

test("the formulas give PyTorch's weights for 200 random shapes", () => {
  const size = fc.integer({ min: 1, max: 7 });
  const shape = fc.record({
    numLayers: fc.integer({ min: 1, max: 3 }),
    bidirectional: fc.boolean(),
    bias: fc.boolean(),
  });
  const name = fc.constantFrom('LSTM', 'GRU', 'RNN');
  fc.assert(
    fc.property(name, size, size, fc.nat(6), shape, (kind, inputSize, hiddenSize, wanted, options) => {
      const projected = kind === 'LSTM' && wanted < hiddenSize ? { ...options, projSize: wanted } : options;
      const module = new torch[kind as 'LSTM']({ inputSize, hiddenSize, ...projected });
      const { weights, total } = params.explain(`torch${kind}` as 'torchLSTM', inputSize, hiddenSize, projected);
      const own = [...module.namedParameters()];
      assert.deepEqual(
        weights.map((weight) => [weight.name, weight.shape]),
        own.map(([key, parameter]) => [key, parameter.shape]),
      );
      assert.equal(total, own.reduce((sum, [, parameter]) => sum + parameter.size, 0)); // prettier-ignore
      module.dispose();
    }),
    { numRuns: 200 },
  );
  assert.throws(() => params.torchGRU(2, 3, { projSize: 1 } as never), /torchGRU has no option "projSize"/);
  assert.throws(() => params.torchLSTM(2, 3, { projSize: 3 }), /projSize is below hiddenSize, 3; got 3/);
});
