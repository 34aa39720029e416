import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { browserProgram } from '../../lib/course';

test('the browser is the one that is named, else one in the PATH, else none', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lstm-browser-program-'));
  const PATH = ['', path.join(folder, 'nothing'), folder].join(path.delimiter);
  try {
    assert.equal(browserProgram({ PATH }, { platform: 'linux' }), undefined);
    const program = path.join(folder, 'google-chrome');
    fs.writeFileSync(program, '');
    assert.equal(browserProgram({ PATH }, { platform: 'linux' }), program);
    assert.equal(browserProgram({ PATH, LSTM_LAB_CHROMIUM: 'mine' }), 'mine');
    assert.equal(browserProgram({}, { platform: 'linux' }), undefined);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});

describe('elsewhere', () => {
  const on = (platform: string, path: path.PlatformPath, ...files: string[]) => ({
    platform,
    path,
    exists: (file: string) => files.includes(file),
  });
  const env = { LOCALAPPDATA: 'C:\\Users\\Jo\\AppData\\Local', ProgramFiles: 'C:\\Program Files' };
  const chrome = 'C:\\Users\\Jo\\AppData\\Local\\Google\\Chrome\\Application\\chrome.exe';
  const edge = 'C:\\Program Files\\Microsoft\\Edge\\Application\\msedge.exe';

  test('Windows has Chrome below its folders of programs, or Edge', () => {
    assert.equal(browserProgram(env, on('win32', path.win32, edge, chrome)), chrome);
    assert.equal(browserProgram(env, on('win32', path.win32, edge)), edge);
    assert.equal(browserProgram({}, on('win32', path.win32, edge)), undefined);
  });

  test('macOS has Chrome among its applications', () => {
    const app = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
    assert.equal(browserProgram({ PATH: '/usr/bin' }, on('darwin', path.posix, app)), app);
    assert.equal(browserProgram({ PATH: '/usr/bin' }, on('linux', path.posix, app)), undefined);
  });
});
