import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { importsOf, judge } from '../../scripts/lint/imports';

describe('the direction of imports', () => {
  const right: [string, string][] = [
    ['layers/lstm.ts', '../kernels'],
    ['layers/lstm.ts', './gru'],
    ['course/claims.ts', '../notebook'],
    ['train/callbacks/csvLogger.ts', '../../backend'],
    ['backend/native.ts', '@tensorflow/tfjs-node-gpu'],
    ['index.ts', './course'],
    ['browser/backend/start.ts', '@tensorflow/tfjs-backend-wasm'],
    ['browser/index.ts', './backend/start'],
    ['plot/chart.ts', 'plotly.js-dist-min'],
  ];
  for (const [file, from] of right)
    test(`${file} may import ${from}`, () => assert.equal(judge(file, from), undefined));

  const wrong: [string, string, RegExp][] = [
    ['kernels/native.ts', '../layers', /layers, which lies above kernels/],
    ['backend.ts', './course', /course, which lies above backend/],
    ['browser/backend/start.ts', '../../layers', /layers, which lies above backend/],
    ['text/tokenizer.ts', '../series/random', /series, which stands beside text/],
    ['layers/lstm.ts', '@tensorflow/tfjs', /take tf from lib\/backend/],
    ['layers/lstm.ts', '../attic/thing', /attic has no layer yet/],
  ];
  for (const [file, from, message] of wrong) {
    test(`${file} may not import ${from}`, () => assert.match(judge(file, from) ?? '', message));
  }

  test('every way to import is seen, with its line', () => {
    const source =
      "import a from '../a';\nimport {\n  b,\n} from '../b';\nexport * from './c';\nimport 'd';\nconst e = require('e');\n";
    assert.deepEqual(
      importsOf(source).map(({ from, line }) => `${from} ${line}`),
      ['../a 1', '../b 4', './c 5', 'd 6', 'e 7'],
    );
  });
});
