/** Trainings that a lesson stored: written, read back, and refused when their weights are others. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { storedRuns, storeRuns } from '../../lib/data';

const folder = (): string => fs.mkdtempSync(path.join(os.tmpdir(), 'stored-runs-'));
const write = (content: string) => (file: string) => Promise.resolve(fs.writeFileSync(file, content));

test('what is stored is read back, with a sentence on its seeds', async () => {
  const runs = [
    { seed: 1, loss: 0.5 },
    { seed: 1, loss: 0.4 },
    { seed: 2, loss: 0.25 },
  ];
  const here = folder();
  await storeRuns('some', runs, write('weights'), here);
  const stored = storedRuns<(typeof runs)[number]>('some', here);
  assert.deepEqual(stored.runs, runs);
  assert.equal(fs.readFileSync(stored.weights, 'utf8'), 'weights');
  assert.match(stored.source, /seeds 1, 2;/);
});

test('other weights than those of the runs are refused, and say how to get the right ones', async () => {
  const here = folder();
  await storeRuns('some', [{ seed: 1 }], write('weights'), here);
  fs.appendFileSync(path.join(here, 'some-lstm.safetensors'), '!');
  assert.throws(() => storedRuns('some', here), /has the SHA-256 .*, expected .*git checkout data/);
});

test('runs that nobody stored are named', () => {
  assert.throws(() => storedRuns('some', folder()), /no stored trainings called 'some'.*Train in the lesson/);
});

test('a writer that fails leaves the list as it was', async () => {
  const here = folder();
  await storeRuns('some', [{ seed: 1 }], write('weights'), here);
  await assert.rejects(
    storeRuns('some', [{ seed: 2 }], () => Promise.reject(new Error('disk full')), here),
    /disk full/,
  );
  assert.deepEqual(storedRuns('some', here).runs, [{ seed: 1 }]);
});

test("the course's own stored trainings are whole", () => {
  assert.ok(storedRuns('shakespeare').runs.length > 0);
});
