/** What the lessons state of an order is held by their stored measurements, and breaks when the two groups change places. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { judge } from '../../lib/course/judgement';
import { claimsFor, measurementsIn } from '../../scripts/notebooks/claims';
import { readNotebook } from '../../scripts/notebooks/notebook';

const course = path.resolve(__dirname, '../../notebooks');

for (const name of readdirSync(course).filter((entry) => entry.endsWith('.ipynb'))) {
  const file = path.join(course, name);
  const { claims } = claimsFor(file);
  const differences = measurementsIn(readNotebook(file)).measurements.filter(
    ({ profile, error }) => profile === 'full' && error !== undefined,
  );
  describe(name, () => {
    for (const { id, value, error } of differences) {
      test(`${id} holds as it was measured, and not with its groups exchanged`, () => {
        const { order } = claims[id].states ?? {};
        assert.ok(judge(claims[id], 'full', { value, error }).ok, 'as measured');
        if (order !== 'alike') assert.ok(!judge(claims[id], 'full', { value: -value, error }).ok, 'exchanged');
      });
    }
  });
}
