/** Half-sized safetensors: floats rounded to bfloat16 as PyTorch rounds them, everything else as it is. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { tf } from '../../lib/index';
import { fromSafetensors, toSafetensors } from '../../lib/export';

test('toSafetensors rounds floats to bfloat16, ties to even, and keeps integers', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bfloat16-'));
  try {
    const file = path.join(folder, 'half.safetensors');
    // 1 + 2^-8 lies half-way between 1 and 1 + 2^-7, 1 + 3 * 2^-8 between odd and even the other way.
    const floats = [1, 1 + 2 ** -8, 1 + 3 * 2 ** -8, -0.1, Infinity, NaN, 1e-40];
    const count = 70_001;
    await toSafetensors({ w: tf.tensor1d(floats), k: tf.tensor1d([count, -1], 'int32') }, file, { bfloat16: true });
    const { w, k } = await fromSafetensors(file);
    const expected = [1, 1, 1 + 2 ** -6, -0.10009765625, Infinity, NaN];
    assert.deepEqual([...w.dataSync()].slice(0, 6), expected);
    assert.deepEqual([...k.dataSync()], [count, -1]);
    await assert.rejects(toSafetensors({ w }, file, { bfloat: true } as never), /did you mean "bfloat16"/);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});
