import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { colorsFor, cycle, gate, houseColor, model, sign } from '../../lib/plot/colors';

describe('colours', () => {
  it('keeps the colours of gates for gates', () => {
    const gates = new Set<string>(Object.values(gate));
    const others = [...cycle, ...Object.values(model), ...Object.values(sign)];
    assert.deepEqual(
      others.filter((color) => gates.has(color)),
      [],
    );
    for (const name of ['LSTM', 'GRU', 'SimpleRNN', 'input', 'output', 'seed 1', 'validation'])
      assert.equal(gates.has(colorsFor([name])[0]), false, name);
  });

  it('gives a gate its colour by name', () => {
    assert.equal(houseColor('forget gate'), gate.forget);
    assert.equal(houseColor('input gate'), gate.input);
    assert.equal(houseColor('output gate'), gate.output);
    assert.equal(houseColor('candidate'), gate.candidate);
  });

  it('gives no two series of a figure one colour', () => {
    const names = ['LSTM', 'SimpleRNN', 'GRU', 'a', 'b', 'c', 'd'];
    assert.equal(new Set(colorsFor(names)).size, names.length);
  });
});
