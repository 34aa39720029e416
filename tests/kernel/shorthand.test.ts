import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import '../../scripts/kernel/compile/typescript';
import { Compiler } from '../../scripts/kernel/compile/compiler';

test('a shorthand property reads the variable of an earlier cell', () => {
  const compiler = new Compiler();
  const first = compiler.compile('const y = [1]; let k = 1;');
  assert.ok('cell' in first);
  first.declares();
  const second = compiler.compile(
    'const z = 2; const made = { y, z }; ({ k } = { k: 5 }); const f = (k: number) => ({ k, y });',
  );
  assert.ok('cell' in second, JSON.stringify(second));
  assert.match(second.cell.script, /made = \{ y: exports\.y, z: z \}/);
  assert.match(second.cell.script, /\{ k: exports\.k \} = \{ k: 5 \}/);
  assert.match(second.cell.script, /\(\{ k: k, y: exports\.y \}\)/);
  compiler.close();
});

test('tslab still leaves such a property unresolved; when this fails, shorthand.ts can go', () => {
  const script = `
    const { createConverter } = require('tslab/dist/converter');
    const converter = createConverter({ isJS: false, isBrowser: false });
    const { declOutput } = converter.convert('', 'const y = [1];');
    console.log(converter.convert(declOutput, 'const made = { y };').output);
    process.exit();`;
  assert.match(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' }), /made = \{ y \}/);
});
