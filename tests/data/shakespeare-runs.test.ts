import assert from 'node:assert/strict';
import fs from 'node:fs';
import { describe, test } from 'node:test';
import { shakespeareRuns } from '../../lib/data';
import { fromSafetensors } from '../../lib/export';

describe('data.shakespeareRuns', () => {
  test('gives the stored trainings of lesson 10, whose losses fall, and the weights of the first', async () => {
    const { runs, weights, source } = shakespeareRuns();
    assert.ok(runs.length > 0);
    for (const { seed, epochs, kept } of runs) {
      assert.ok(Number.isInteger(seed) && source.includes(String(seed)), source);
      const [first, last] = [epochs[0], epochs.at(-1)!];
      assert.ok(last.loss < first.loss && last.validation < first.validation);
      assert.ok(Math.abs(kept - last.validation) < 0.05, `${kept}, beside ${last.validation}`);
      assert.ok(epochs.every(({ seconds, sample }, k) => sample.length > 0 && seconds > (epochs[k - 1]?.seconds ?? 0)));
    }
    const tensors = Object.values(await fromSafetensors(weights));
    assert.ok(tensors.length > 3);
    for (const tensor of tensors) tensor.dispose();
  });

  test('says so when the weights are not those that the list names', (t) => {
    const read = fs.readFileSync;
    const changed = (file: string, ...rest: never[]) =>
      /safetensors$/.test(file) ? Buffer.from('other') : read(file, ...rest);
    t.mock.method(fs, 'readFileSync', changed);
    assert.throws(
      shakespeareRuns,
      /shakespeare-lstm\.safetensors has the SHA-256 \w{64}, expected \w{64}: restore it with `git checkout data`/,
    );
  });
});
