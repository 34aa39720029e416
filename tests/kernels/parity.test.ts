import fc from 'fast-check';
import { describe, test } from 'node:test';
import { anyCase, cellNames, checkCase } from './cases';

describe('recurrent kernels equal the formulas, values and gradients', () => {
  for (const cell of cellNames) {
    test(cell, () => {
      fc.assert(fc.property(anyCase(cell), checkCase), { numRuns: 60, seed: 1997 });
    });
  }
});
