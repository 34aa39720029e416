/** The doctor looks at everything, tells the state of each part, and says what to do about it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { tierTable, type TierRow } from '../../lib/kernels';
import { closing, diagnose } from '../../scripts/setup/diagnosis.mjs';
import { openLog } from '../../scripts/setup/log.mjs';
import { silentProgress } from '../../scripts/setup/progress.mjs';

interface Part {
  name: string;
  state: 'ok' | 'warning' | 'error';
  version?: string;
  detail?: string;
  cure?: string;
}

const DOCTOR = path.resolve(__dirname, '../../scripts/setup/doctor.mjs');
const PARTS = [
  'Node',
  'npm packages',
  'Python environment',
  'Python packages',
  'Jupyter kernel',
  'C++ compiler',
  'TensorFlow binding',
  'Library',
  'Kernel launcher',
  'Backend',
  'GPU',
  'Data',
  'Disk',
  'Memory',
  'Port',
  'Installer',
];

function checkShape(parts: Part[]) {
  assert.deepEqual(
    parts.map(({ name }) => name),
    PARTS,
  );
  for (const part of parts) {
    assert.ok(['ok', 'warning', 'error'].includes(part.state), `${part.name}: ${part.state}`);
    for (const text of [part.version, part.detail, part.cure]) {
      assert.ok(
        text === undefined || (typeof text === 'string' && !/undefined|\[object/.test(text)),
        `${part.name}: ${text}`,
      );
    }
    if (part.state === 'error') assert.ok(part.detail && part.cure, `${part.name} is wrong and has no cure`);
  }
}

test('on an empty checkout every part that is missing is an error with a cure', async () => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'doctor ünï-'));
  try {
    const scratch = path.join(root, '.cache');
    const context = { root, scratch, log: openLog(path.join(scratch, 'log')), progress: silentProgress() };
    const parts = (await diagnose(context)) as Part[];
    checkShape(parts);
    const wrong = parts.filter(({ state }) => state === 'error').map(({ name }) => name);
    for (const name of [
      'npm packages',
      'Python environment',
      'Python packages',
      'Jupyter kernel',
      'Library',
      'Backend',
    ]) {
      assert.ok(wrong.includes(name), `${name} should be wrong`);
    }
    assert.deepEqual(fs.readdirSync(root), [], 'the doctor changes nothing');
  } finally {
    fs.rmSync(root, { recursive: true });
  }
});

test('--json: ok, the parts, what computes each operation, and an exit code that says the same', () => {
  const { status, stdout } = spawnSync(process.execPath, [DOCTOR, '--json'], { encoding: 'utf8' });
  const { ok, parts, tiers } = JSON.parse(stdout) as { ok: boolean; parts: Part[]; tiers: TierRow[] };
  assert.deepEqual(tiers, tierTable());
  checkShape(parts);
  assert.equal(
    ok,
    parts.every(({ state }) => state !== 'error'),
  );
  assert.equal(status, ok ? 0 : 1);
});

test('a line for each tier says whether it is here, and when it computes', () => {
  const env = { ...process.env, LSTM_LAB_BACKEND: 'wasm' };
  const { stdout } = spawnSync(process.execPath, [DOCTOR], { encoding: 'utf8', env });
  const from = stdout.indexOf('\nWhat computes an operation');
  const lines = stdout.slice(from).trim().split('\n').slice(1, -2);
  assert.equal(lines.length, tierTable().length);
  tierTable().forEach(({ tier, condition }, k) => {
    const here = ['portable', 'wasm'].includes(tier) ? '✓' : '-';
    assert.ok(lines[k].includes(` ${here} ${tier} `) && lines[k].endsWith(` ${condition}`), lines[k]);
  });
});

test('data that LSTM_LAB_DATA names and that is not there is an error', () => {
  const env = { ...process.env, LSTM_LAB_DATA: path.join(os.tmpdir(), 'no such folder') };
  const { status, stdout } = spawnSync(process.execPath, [DOCTOR], { encoding: 'utf8', env });
  assert.equal(status, 1);
  assert.match(stdout, /✗ Data .*no such folder, which is not there\n +-> Make that folder, or unset LSTM_LAB_DATA\./);
});

test('the last line does not call well what has a warning', () => {
  const parts = (...states: Part['state'][]) => states.map((state) => ({ name: 'x', state }));
  assert.equal(closing(parts('ok', 'ok')), 'All is well.');
  assert.match(closing(parts('ok', 'warning')), /marked !/);
  assert.match(closing(parts('error', 'warning')), /marked ✗/);
});
