/** Tensors as the peers and fixtures hold them. */
import assert from 'node:assert/strict';
import type { tf } from '../../lib/backend';

export interface Values {
  shape: number[];
  dtype: string;
  values: number[];
}

export const valuesOf = (tensor: tf.Tensor): Values => ({
  shape: tensor.shape,
  dtype: tensor.dtype,
  values: Array.from(tensor.dataSync()),
});

/** Asserts that outputs have the same shapes and, within 1e-5, the same numbers. */
export function assertSame(actual: Values[], expected: Values[], what: string): void {
  assert.deepEqual(
    actual.map(({ shape }) => shape),
    expected.map(({ shape }) => shape),
    what,
  );
  expected.forEach(({ values }, k) =>
    values.forEach((value, i) => assert.ok(Math.abs(actual[k].values[i] - value) <= 1e-5, `${what}: ${k}, ${i}`)),
  );
}
