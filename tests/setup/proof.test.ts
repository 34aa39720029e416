/** What of a run of lesson 00 counts as a proof. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { verdict } from '../../scripts/setup/proof.mjs';

const claims = [
  { id: 'start.first.mse', value: 0.01321 },
  { id: 'start.lazy.mse', value: 0.05704 },
];
const ran = { seconds: 7.3, claims, failures: [] };

describe('verdict', () => {
  test('a lesson that ran clean gives one line with its loss', () => {
    assert.equal(
      verdict(ran),
      'Proof: lesson 00 ran in 7 s; its first LSTM forecasts with a mean squared error of 0.0132, repeating the last value with 0.0570.',
    );
  });

  test('a slow machine, or a claim that came out otherwise, is told and no obstacle', () => {
    const failures = [{ kind: 'budget', message: 'took 900 s\nmore' }];
    assert.match(verdict({ ...ran, failures }), /with 0\.0570 \(took 900 s\)\.$/);
  });

  test('a cell that failed, or a kernel that died, is a failure that says where', () => {
    const failures = [{ kind: 'error', message: 'TypeError: x is not a function\n  at …', cell: 4 }];
    assert.throws(
      () => verdict({ ...ran, failures }),
      /^SetupFailure: lesson 00, cell 4: TypeError: x is not a function$/,
    );
    assert.throws(() => verdict({ ...ran, failures: [{ kind: 'kernel', message: 'it died' }] }), /lesson 00: it died$/);
  });

  test('so is an LSTM that learned nothing, or no number at all', () => {
    const nothing = [{ id: 'start.first.mse', value: 0.06 }, claims[1]];
    assert.throws(() => verdict({ ...ran, claims: nothing }), /learned nothing: its mean squared error is 0\.06/);
    assert.throws(() => verdict({ ...ran, claims: [claims[1]] }), /learned nothing/);
  });
});

test('the claims that the proof repeats are claims of lesson 00', () => {
  const file = path.resolve(__dirname, '../../notebooks/claims.json');
  const known = JSON.parse(fs.readFileSync(file, 'utf8')).claims;
  for (const { id } of claims) assert.equal(known[id]?.lesson, '00', id);
});
