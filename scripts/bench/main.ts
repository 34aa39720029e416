/** `npm run bench`: how fast this library is, alone or beside its peers. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { keptByNpm } from '../npm-flags.mjs';
import { environment, onlyPredicts, type ContenderName } from './contender';
import { coldStart, timeGrowth, timeSteps } from './measure';
import { ensurePeers } from './peers';
import { withSection } from '../readme';
import { cardName, emptyResults, summary, table } from './report';
import { timeServing } from './serving/main';
import { servingSummary, servingTable } from './serving/report';
import { everyday, workloadNames, type WorkloadName } from './workload';

const root = path.join(__dirname, '..', '..');

const usage = `npm run bench -- [options]
  --peers            also stock TensorFlow.js, Keras and PyTorch, in the same run
  --device gpu       beside ours where it chooses the device: ours all on the card, ours with the card hidden, PyTorch on the card
  --backend wasm     beside ours on one thread: ours on WebAssembly, and stock TensorFlow.js on it; with --peers also the predictions of
                     onnxruntime-web, and none of the other peers; with --threads above 1 also ours on WebAssembly with one thread
  --json FILE        write the results
  --readme           write the table into README.md; with --peers, --device gpu, --backend wasm or --serve
  --only A,B         these workloads: ${workloadNames.join(', ')}
  --rounds N         how often everybody has a turn (default 15; with --serve 5)
  --seconds S        length of a turn (default 0.3; with --serve 5)
  --threads N        threads for everybody (default: the processors; with --backend wasm 1)
  --no-epoch         leave out the epoch through train.fit
  --no-cold-start    leave out the cold starts
  --serve            instead: requests a second that a service answers with the model of imdb; with --peers beside FastAPI, uvicorn and PyTorch
  --requests N       with --serve: also the memory of ours over so many requests
  --scaling          also how the step grows with time, units and batch`;

const flags = {
  peers: { type: 'boolean' },
  device: { type: 'string' },
  backend: { type: 'string' },
  json: { type: 'string' },
  readme: { type: 'boolean' },
  only: { type: 'string' },
  rounds: { type: 'string' },
  seconds: { type: 'string' },
  threads: { type: 'string' },
  'no-epoch': { type: 'boolean' },
  'no-cold-start': { type: 'boolean' },
  scaling: { type: 'boolean' },
  serve: { type: 'boolean' },
  requests: { type: 'string' },
  help: { type: 'boolean' },
} as const;

async function main(): Promise<number> {
  const kept = keptByNpm('npm run bench', Object.keys(flags));
  if (kept) throw new Error(kept);
  const { values } = parseArgs({ options: flags });
  if (values.help) {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  const { peers, device, backend, serve } = values;
  if (device !== undefined && device !== 'gpu') throw new Error(`--device is '${device}', expected gpu.`);
  if (backend !== undefined && backend !== 'wasm') throw new Error(`--backend is '${backend}', expected wasm.`);
  const only = values.only?.split(',') ?? (device ? workloadNames : everyday);
  const unknown = only.filter((name) => !workloadNames.includes(name as WorkloadName));
  if (unknown.length > 0)
    throw new Error(`There is no workload ${unknown.join(', ')}; there are ${workloadNames.join(', ')}.`);
  const [rounds, secondsPerTurn, threads] = [
    values.rounds ?? (serve ? 5 : 15),
    values.seconds ?? (serve ? 5 : 0.3),
    values.threads ?? (backend ? 1 : os.availableParallelism()),
  ].map(Number);
  if (![rounds, secondsPerTurn, threads].every((n) => n > 0))
    throw new Error('--rounds, --seconds and --threads take numbers above 0.');

  const log = (line: string) => void process.stderr.write(`${line}\n`);
  if (((peers && !backend) || device) && !process.env.LSTM_LAB_PEERS_PYTHON) ensurePeers(log);
  const requests = Number(values.requests ?? 0);
  if (!(requests >= 0) || (requests > 0 && !serve))
    throw new Error('--requests takes a number, and belongs to --serve.');
  const write = (section: string, content: string, results: unknown) => {
    const readme = path.join(root, 'README.md');
    if (values.readme) fs.writeFileSync(readme, withSection(fs.readFileSync(readme, 'utf8'), section, content));
    if (values.json) fs.writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
  };
  if (serve) {
    const results = await timeServing({
      peers: peers ?? false,
      threads,
      rounds,
      seconds: secondsPerTurn,
      requests,
      log,
    });
    process.stdout.write(`${servingTable(results)}\n`);
    write('serving', servingSummary(results, threads), results);
    return 0;
  }
  const names: ContenderName[] = ['ours'];
  if (device) names.push('ours_card', 'ours_processor', 'torch_card');
  if (backend) names.push('ours_wasm', ...(threads > 1 ? (['ours_wasm_alone'] as const) : []), 'tfjs_wasm');
  if (peers) names.push(...(backend ? (['onnx_wasm'] as const) : (['tfjs', 'keras', 'torch', 'torch_flush'] as const)));
  const results = emptyResults(threads);
  if (device) results.card = cardName();
  results.workloads = await timeSteps(only as WorkloadName[], names, { rounds, threads, secondsPerTurn, log });
  if (!values['no-epoch'] && !backend) Object.assign(results, timeEpoch(threads, log));
  if (!values['no-cold-start']) {
    results.cold_start = {};
    for (const name of names.filter((name) => !onlyPredicts(name))) {
      log(`cold start: ${name}`);
      results.cold_start[name] = await coldStart(name, threads);
    }
    results.cold_start_s = results.cold_start.ours?.seconds;
  }
  if (values.scaling) results.scaling = await timeGrowth(threads);

  const lines = [table(results.workloads, 'train'), '', table(results.workloads, 'predict'), ''];
  if (results.imdb_epoch_s)
    lines.push(`An epoch of 20,000 reviews through train.fit: ${results.imdb_epoch_s.toFixed(1)} s`);
  for (const [name, { seconds, peakMB }] of Object.entries(results.cold_start ?? {})) {
    lines.push(`Cold start to the first step of imdb, ${name}: ${seconds.toFixed(1)} s, ${peakMB.toFixed(0)} MB`);
  }
  for (const [axis, row] of Object.entries(results.scaling ?? {})) {
    lines.push(
      `${axis}: ${Object.entries(row)
        .map(([size, ms]) => `${size} -> ${ms.toPrecision(3)} ms`)
        .join(', ')}`,
    );
  }
  process.stdout.write(`${lines.join('\n')}\n`);
  write(device ? 'card' : backend ? 'speed-wasm' : 'speed', summary(results), results);
  return 0;
}

function timeEpoch(threads: number, log: (line: string) => void): { imdb_epoch_s: number; imdb_epoch_peak_mb: number } {
  log('an epoch of imdb through train.fit');
  const args = ['--import', 'tsx', path.join(__dirname, 'epoch.ts')];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { env: environment(threads), encoding: 'utf8' });
  if (status !== 0) throw new Error(`The epoch failed: ${stderr.trim().slice(-2000)}`);
  const { seconds, peakMB } = JSON.parse(stdout.trim().split('\n').at(-1)!) as { seconds: number; peakMB: number };
  return { imdb_epoch_s: seconds, imdb_epoch_peak_mb: peakMB };
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  },
);
