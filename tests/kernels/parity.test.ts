/** Every tier equals the formulas; a tier under test must have computed what was tested. */
import fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { lastTier, tierTable, type TierName } from '../../lib/kernels';
import { anyCase, cellNames, checkCase, type Case } from './cases';

/** The calls that a tier can do; the portable one does the others. */
const takes: Record<TierName, (c: Case) => boolean> = {
  native: ({ cell }) => cell !== 'gru',
  wasm: ({ cell }) => cell !== 'gru',
  cudnn: (c) => c.cell !== 'gru' && isPlain(c),
  tensorflow: (c) => c.cell === 'lstm' && isPlain(c),
  portable: () => true,
};
const isPlain = ({ time, projected, recurrentMask }: Case) => time > 0 && !projected && recurrentMask === 'none';

const recurrent = tierTable().filter(({ operation }) => operation === 'recurrent');

for (const { tier, here, condition } of recurrent) {
  const cells = cellNames.filter((cell) => cell === 'lstm' || tier !== 'tensorflow');
  describe(`recurrent kernels equal the formulas, values and gradients: ${tier}`, () => {
    for (const cell of cells) {
      test(cell, { skip: !here && `needs: ${condition}` }, () => {
        let computed = 0;
        process.env.LSTM_LAB_KERNELS = tier;
        try {
          const property = fc.property(anyCase(cell), (c) => {
            checkCase(c);
            assert.equal(lastTier(), takes[tier](c) ? tier : 'portable', JSON.stringify(c));
            if (lastTier() === tier) computed++;
          });
          fc.assert(property, { numRuns: 60, seed: 1997 });
        } finally {
          delete process.env.LSTM_LAB_KERNELS;
        }
        if (cell !== 'gru' || tier === 'portable') assert.ok(computed > 2, `${tier} computed ${computed} of 60 calls`);
      });
    }
  });
}

test('an unknown tier is an error', () => {
  process.env.LSTM_LAB_KERNELS = 'fast';
  try {
    const [first] = fc.sample(anyCase('lstm'), 1);
    const names = /LSTM_LAB_KERNELS is 'fast', expected native or cudnn or tensorflow or wasm or portable/;
    assert.throws(() => checkCase(first), names);
  } finally {
    delete process.env.LSTM_LAB_KERNELS;
  }
});

const cudnn = recurrent.find(({ tier }) => tier === 'cudnn')!;

test('one shape with and without masks, in any order', { skip: !cudnn.here && `needs: ${cudnn.condition}` }, () => {
  const [given] = fc.sample(anyCase('lstm'), { numRuns: 1, seed: 1997 });
  const plain = { ...given, batch: 5, time: 7, recurrentMask: 'none', projected: false } as const;
  for (const mask of ['none', 'right', 'none', 'holes', 'everything', 'left', 'nothing', 'none'] as const) {
    checkCase({ ...plain, mask });
    assert.equal(lastTier(), 'cudnn');
  }
});
