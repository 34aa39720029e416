import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { MimeBundle } from '../../lib/notebook';
import { follow, histogram } from '../../lib/plot';

const host = Symbol.for('lstm-lab.notebook');
const interactive = 'application/vnd.plotly.v1+json';
const drawn = (values: number[]) =>
  histogram({ title: 'Times', x: { title: 'time', unit: 'ms' }, series: [{ name: 'times', values }], range: [0, 9] });
const counted = (bundle: MimeBundle) =>
  (bundle[interactive] as { data: { y: number[] }[] }).data[0].y.reduce((a, b) => a + b);

describe('a figure that follows', () => {
  const shown: MimeBundle[] = [];
  beforeEach(() => {
    shown.length = 0;
    (globalThis as Record<symbol, unknown>)[host] = {
      display: (bundle: MimeBundle) => {
        shown.push(bundle);
        return { update: (next: MimeBundle) => void shown.push(next) };
      },
    };
  });
  afterEach(() => {
    delete (globalThis as Record<symbol, unknown>)[host];
  });

  test('is a picture while things go on, and interactive with all values at the end', async () => {
    const times = [1];
    const following = await follow(() => drawn(times), { every: 5 });
    while (shown.length < 3) {
      times.push(2);
      await pause(5);
    }
    times.push(3);
    await following.end();
    const last = shown.length;
    await pause(30);
    assert.equal(shown.length, last, 'it goes on after its end');
    for (const bundle of shown.slice(1, -1)) assert.deepEqual(Object.keys(bundle).sort(), ['image/png', 'text/plain']);
    assert.equal(counted(shown.at(-1)!), times.length);
  });

  test('says at the end what went wrong meanwhile', async () => {
    let calls = 0;
    const following = await follow(
      () => {
        if (calls++ > 0) throw new Error('nothing to draw');
        return drawn([1]);
      },
      { every: 1 },
    );
    while (calls < 2) await pause(1);
    await assert.rejects(following.end(), /nothing to draw/);
  });

  test('refuses unknown options', async () => {
    await assert.rejects(
      follow(() => drawn([1]), { evry: 5 } as never),
      /plot\.follow has no option "evry"; did you mean "every"/,
    );
  });
});
