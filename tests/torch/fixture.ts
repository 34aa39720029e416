/** What PyTorch answered (fixtures/make_torch.py), and how closely the tests hold this library to it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { tf } from '../../lib/backend';
import * as torch from '../../lib/torch';

const read = (...place: string[]) => JSON.parse(readFileSync(path.join(__dirname, ...place), 'utf8'));
export const fixture = read('fixtures', 'torch.json');
export const weather = read('..', '..', 'data', 'pytorch-weather.json');

/** Every number within `tolerance` of the expected one, relative to the largest of them (at least 1). */
export function close(
  actual: tf.Tensor | ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what = '',
) {
  const values = actual instanceof tf.Tensor ? actual.dataSync() : actual;
  assert.equal(values.length, expected.length, `${what}: how many numbers`);
  const scale = Array.from(expected).reduce((most, v) => Math.max(most, Math.abs(v)), 1);
  for (let i = 0; i < values.length; i++) {
    const off = Math.abs(values[i] - expected[i]);
    assert.ok(off <= tolerance * scale, `${what} at ${i}: ${values[i]}, expected ${expected[i]}`);
  }
}

/** Every loss within `tolerance` of the expected one, each relative to itself. */
export function closeEach(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number) {
  assert.equal(actual.length, expected.length);
  for (let i = 0; i < actual.length; i++) {
    const off = Math.abs(actual[i] / expected[i] - 1);
    assert.ok(off <= tolerance, `step ${i + 1}: ${actual[i]}, expected ${expected[i]} (off by ${off})`);
  }
}

/** Every number at most `steps` float32 numbers away from the expected one. */
export function within(steps: number, actual: ArrayLike<number>, expected: ArrayLike<number>) {
  assert.equal(actual.length, expected.length);
  const place = (value: number) => {
    const [bits] = new Int32Array(Float32Array.of(value).buffer);
    return bits < 0 ? -2147483648 - bits : bits;
  };
  for (let i = 0; i < actual.length; i++) {
    const apart = Math.abs(place(actual[i]) - place(expected[i]));
    assert.ok(apart <= steps, `at ${i}: ${actual[i]}, expected ${expected[i]} (${apart} float32 numbers apart)`);
  }
}

export type RecurrentName = 'LSTM' | 'GRU' | 'RNN';

/** A recurrent module by name. */
export function recurrent(name: RecurrentName, args: torch.RecurrentArgs): torch.LSTM | torch.GRU | torch.RNN {
  return new torch[name](args);
}
