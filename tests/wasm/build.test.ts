/** The committed modules are what their sources compile to. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../scripts/temporary';
import { buildModules, compiler, modules } from '../../scripts/wasm/build.mjs';

const room = path.join(__dirname, '..', '..', 'lib', 'wasm');
const skip = process.env.LSTM_LAB_BACKEND === 'wasm' && 'the compiler is the same with every backend';

test('lib/wasm holds what its sources compile to', { skip }, (t) => {
  try {
    compiler();
  } catch (error) {
    return t.skip(`no compiler: ${(error as Error).message.split('\n')[0]}`);
  }
  const folder = temporaryFolder('lstm-lab-wasm');
  buildModules(folder);
  for (const name of Object.keys(modules)) {
    const [built, committed] = [folder, room].map((each) => fs.readFileSync(path.join(each, name)));
    assert.ok(built.equals(committed), `${name} differs from its sources: npm run build:wasm`);
  }
});
