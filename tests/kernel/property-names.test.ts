import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import '../../scripts/kernel/compile/typescript';
import { Compiler } from '../../scripts/kernel/compile/compiler';

/** The script of the last of several cells, compiled one after the other. */
function compiled(...cells: string[]): string {
  const compiler = new Compiler();
  let script = '';
  for (const code of cells) {
    const compilation = compiler.compile(code);
    assert.ok('cell' in compilation, JSON.stringify(compilation));
    compilation.declares();
    script = compilation.cell.script;
  }
  compiler.close();
  return script;
}

/** What tslab's own converter makes of the second of two cells. */
function byTslab(first: string, second: string): string {
  const script = `
    const { createConverter } = require('tslab/dist/converter');
    const converter = createConverter({ isJS: false, isBrowser: false });
    const { declOutput } = converter.convert('', ${JSON.stringify(first)});
    console.log(converter.convert(declOutput, ${JSON.stringify(second)}).output);
    process.exit();`;
  return execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' });
}

test('a shorthand property reads the variable of an earlier cell', () => {
  const script = compiled(
    'const y = [1]; let k = 1;',
    'const z = 2; const made = { y, z }; ({ k } = { k: 5 }); const f = (k: number) => ({ k, y });',
  );
  assert.match(script, /made = \{ y: exports\.y, z: z \}/);
  assert.match(script, /\{ k: exports\.k \} = \{ 'k': 5 \}/);
  assert.match(script, /\(\{ k: k, y: exports\.y \}\)/);
});

test('a property is renamed in destructuring although an earlier cell declares its type', () => {
  const made = 'const made = { inner: { a: 1 }, b: 2 }; let b2 = 0; const b = 3;';
  const script = compiled(
    made,
    'const { inner: { a: first }, b: second = b } = made; ({ b: b2 } = made); first + second;',
  );
  assert.match(script, /const \{ 'inner': \{ 'a': first \}, 'b': second = exports\.b \} = exports\.made;/);
  assert.match(script, /\(\{ 'b': exports\.b2 \} = exports\.made\)/);
});

test('tslab still leaves a shorthand property unresolved; when this fails, knowShorthand can go', () => {
  assert.match(byTslab('const y = [1];', 'const made = { y };'), /made = \{ y \}/);
});

test('tslab still takes a renamed property for a variable; when this fails, the quotes can go', () => {
  const spoilt = byTslab('const made = { a: 1 };', 'const { a: first } = made;');
  assert.match(spoilt, /const \{ exports, a: first \} = exports\.made/);
});
