import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { browserProgram } from '../../lib/course';

test('the browser is the one that is named, else one in the PATH, else none', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lstm-browser-program-'));
  const PATH = ['', path.join(folder, 'nothing'), folder].join(path.delimiter);
  try {
    assert.equal(browserProgram({ PATH }), undefined);
    const program = path.join(folder, 'google-chrome');
    fs.writeFileSync(program, '');
    assert.equal(browserProgram({ PATH }), program);
    assert.equal(browserProgram({ PATH, LSTM_LAB_CHROMIUM: 'mine' }), 'mine');
    assert.equal(browserProgram({}), undefined);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});
