import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import * as params from '../../lib/models/params';

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
