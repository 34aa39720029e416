/** The bench as its users call it, much shortened: what it prints and writes, not how fast anything is. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { emptyResults, summary, table, type Results } from '../../scripts/bench/report';
import type { Timing } from '../../scripts/bench/measure';
import { pairedRatio } from '../../scripts/bench/statistics';

const main = path.join(__dirname, '..', '..', 'scripts', 'bench', 'main.ts');
const bench = (...args: string[]) =>
  spawnSync(process.execPath, ['--import', 'tsx', main, ...args], { encoding: 'utf8' });
const timing = (train_ms: number, predict_ms: number, train_ratio: number, predict_ratio: number) => ({
  train_ms,
  predict_ms,
  train_quartiles: [train_ms - 1, train_ms + 1] as [number, number],
  predict_quartiles: [predict_ms - 1, predict_ms + 1] as [number, number],
  train_ratio,
  predict_ratio,
});

describe('npm run bench', () => {
  test('times a workload and writes medians', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-'));
    const file = path.join(folder, 'bench.json');
    const short = ['--only', 'sine', '--rounds', '1', '--seconds', '0.05', '--no-epoch', '--no-cold-start'];
    const { status, stdout, stderr } = bench(...short, '--json', file);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /\| sine +\|/);
    const results = JSON.parse(fs.readFileSync(file, 'utf8')) as Results;
    const { train_ms, predict_ms, train_quartiles } = results.workloads.sine!.ours! as Required<Timing>;
    assert.ok(train_ms > 0 && predict_ms > 0 && train_quartiles[0] <= train_ms && train_ms <= train_quartiles[1]);
    fs.rmSync(folder, { recursive: true });
  });

  test('asks a service, with batches and without', () => {
    const { status, stdout, stderr } = bench('--serve', '--rounds', '1', '--seconds', '1', '--requests', '200');
    assert.equal(status, 0, stderr);
    const [, first, last, most] = /over 200 requests: (\d+) MB .* (\d+) MB .* (\d+) MB at most/
      .exec(stdout)!
      .map(Number);
    assert.ok(first > 50 && last > 50 && most >= first && most >= last, stdout);
    for (const connections of [1, 8, 64])
      for (const server of ['ours', 'ours_unbatched'])
        assert.match(stdout, new RegExp(`^ +${connections}  ${server} +\\d+ +\\d+ +\\d+$`, 'm'));
  });

  test('sets WebAssembly beside the native tier', () => {
    const short = ['--only', 'sine-rnn', '--rounds', '1', '--seconds', '0.05', '--no-cold-start'];
    const { status, stdout, stderr } = bench('--backend', 'wasm', '--peers', ...short);
    assert.equal(status, 0, stderr);
    assert.match(
      stdout,
      /\| lstm-lab +\| lstm-lab on WebAssembly +\| stock tfjs on WebAssembly +\| onnxruntime-web +\|/,
    );
    const [training, prediction] = stdout.split('\n').filter((line) => line.startsWith('| sine-rnn'));
    assert.match(training, /\| sine-rnn +(\| [\d.e+]+ \[[^\]]+\](?: \([\d.e+]+ x\))? +){3}\| +\|$/);
    assert.match(prediction, /\| sine-rnn +(\| [\d.e+]+ \[[^\]]+\](?: \([\d.e+]+ x\))? +){4}\|$/);
  });

  test('says which kernels a step of WebAssembly goes to', () => {
    const file = path.join(__dirname, '..', '..', 'scripts', 'bench', 'operations.ts');
    for (const [backend, own] of [
      ['wasm', /\d ms {2}lab\.\w*recurrent/i],
      ['native', /\d ms {2}LabRecurrent/],
    ] as const) {
      const env = { ...process.env, LSTM_LAB_BACKEND: backend };
      const { stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', file, 'sine-rnn'], {
        encoding: 'utf8',
        env,
      });
      const [, total, calls, inside] = /^sine-rnn: (\S+) ms a step, (\S+) calls, (\S+) ms in them\n/
        .exec(stdout)!
        .map(Number);
      assert.ok(calls > 0 && inside > 0 && inside <= total, stdout + stderr);
      assert.match(stdout, own);
    }
  });

  test('names what it does not know', () => {
    const unknown = bench('--only', 'sine,images');
    assert.equal(unknown.status, 1);
    assert.match(unknown.stderr, /There is no workload images; there are sine, /);
    assert.match(bench('--backend', 'webgl').stderr, /--backend is 'webgl', expected wasm\./);
    assert.match(bench('--rounds', 'many').stderr, /--rounds, --seconds and --threads take numbers above 0/);
  });
});

test('a ratio compares turns of the same round', () => {
  const ours = [[1, 1, 1], [4, 4, 4], [1, 1, 1], [4, 4, 4], [1]];
  const slower = ours.map((turn) => turn.map((ms) => 1.5 * ms));
  assert.equal(pairedRatio(slower, ours), 1.5);
  assert.equal(pairedRatio([[3], [9, 10, 100], [2]], [[1], [10], [1]]), 2);
});

describe('the tables', () => {
  const results: Results = {
    ...emptyResults(2),
    workloads: { 'imdb-bi': { ours: timing(20, 5, 1, 1), keras: timing(50, 5.25, 2.5, 1.1) } },
    imdb_epoch_s: 10.26,
    cold_start: { ours: { seconds: 0.61, peakMB: 415.4 }, keras: { seconds: 3.9, peakMB: 629 } },
  };

  test('say how many times as long the others take', () => {
    assert.match(
      table(results.workloads, 'train'),
      /\| imdb-bi +\| 20\.0 \[19\.0-21\.0\] \| 50\.0 \[49\.0-51\.0\] \(2\.5 x\) +\|/,
    );
  });

  test('have a form for the README', () => {
    const text = summary(results);
    assert.match(text, /^\| workload \| +\| lstm-lab \| Keras \|\n\| --- \| --- \| --- \| --- \|\n/);
    assert.match(
      text,
      /imdb-bi: Embedding\(10000, 128\), Bidirectional\(LSTM\(64\)\), 200 steps, batch 32 \| training step \| 20 ms \| 2\.5 × \|/,
    );
    assert.match(text, /\| {2}\| prediction \| 5\.0 ms \| 1\.1 × \|/);
    assert.match(text, /An epoch of 20,000 reviews through `train\.fit`: 10 s\./);
    assert.match(text, /lstm-lab 0\.61 s and 415 MB; Keras 3\.9 s and 629 MB/);
  });
});
