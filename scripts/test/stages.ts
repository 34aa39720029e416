/** The stages of `npm test`, one after the other; a failing one does not keep the others from running. */
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { onInterruption } from '../interruption.mjs';
import { endGroup, ownGroup } from '../kernel/platform';
import { stripControlSequences } from '../notebooks/text';
import { temporaryFolder } from '../temporary';

interface Outcome {
  passed: number;
  failed: number;
  /** The tests that were not run, and why. */
  skipped?: string[];
  /** What failed, to be shown as it is. */
  details?: string;
}

const root = path.resolve(__dirname, '../..');
const bin = (tool: string) => path.join(root, 'node_modules', tool);
const scratch = temporaryFolder('lstm-test');
/** The rooms of the library, whose tests run on both backends. */
const libraryRooms = readdirSync(path.join(root, 'lib'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !['dist', 'node_modules', 'native'].includes(entry.name))
  .map(({ name }) => name);

const stages: Record<string, () => Promise<Outcome>> = {
  format: () => check(bin('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.'),
  lint,
  types: () =>
    check(bin('typescript/bin/tsc'), '-p', '.', '--incremental', '--tsBuildInfoFile', '.cache/types.tsbuildinfo'),
  build,
  unit: () => unitTests(testFiles('tests')),
  wasm: () =>
    unitTests(
      libraryRooms.flatMap((room) => testFiles(`tests/${room}`)),
      { LSTM_LAB_BACKEND: 'wasm' },
    ),
  notebooks: () => notebooks('notebooks'),
  'notebooks-wasm': () => notebooks('notebooks-wasm', ['notebooks'], { LSTM_LAB_BACKEND: 'wasm' }),
};

/** A tool that either passes or explains itself. */
async function check(...argv: string[]): Promise<Outcome> {
  const { status, output } = await node(argv);
  return status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1, details: output };
}

async function lint(): Promise<Outcome> {
  const { output } = await node(['--import', 'tsx', 'scripts/lint/main.ts']);
  const [, passed, failed] = /^lint: (\d+) passed, (\d+) failed$/m.exec(output) ?? [];
  if (passed === undefined) return { passed: 0, failed: 1, details: output };
  const details = output.replace(/^(✓ .*|lint: .*)\n/gm, '');
  return { passed: Number(passed), failed: Number(failed), details: Number(failed) > 0 ? details : undefined };
}

async function build(): Promise<Outcome> {
  const outcomes = [];
  for (const project of ['lib', 'scripts/kernel']) outcomes.push(await check(bin('typescript/bin/tsc'), '-p', project));
  return total(outcomes);
}

async function unitTests(files: string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  const report = path.join(scratch, 'tests.json');
  rmSync(report, { force: true });
  const jobs = Math.max(2, availableParallelism());
  const flags = ['--import', 'tsx', '--test', `--test-concurrency=${jobs}`, '--test-timeout=600000'];
  const reporter = [
    `--test-reporter=${pathToFileURL(path.join(__dirname, 'reporter.mjs'))}`,
    '--test-reporter-destination=stdout',
  ];
  const { output } = await node([...flags, ...reporter, ...files], { ...env, LSTM_TEST_REPORT: report });
  try {
    const counts = JSON.parse(readFileSync(report, 'utf8')) as Outcome;
    return { ...counts, details: counts.failed > 0 ? output : undefined };
  } catch {
    return { passed: 0, failed: 1, details: output };
  }
}

/** The quick profile of the notebooks in a folder, or of all; `report` names the files that tell of it. */
async function notebooks(report: string, folders: string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  const json = path.join(scratch, `${report}.json`);
  const reportsFolder = path.join(root, 'reports');
  mkdirSync(reportsFolder, { recursive: true });
  const reports = ['--json', json, '--junit', path.join(reportsFolder, `${report}.xml`)];
  const { output } = await node(
    ['--import', 'tsx', 'scripts/notebooks/main.ts', '--profile', 'quick', ...reports, ...folders],
    env,
  );
  try {
    const { passed, failed } = JSON.parse(readFileSync(json, 'utf8')) as Outcome;
    return { passed, failed, details: failed > 0 ? output : undefined };
  } catch {
    return { passed: 0, failed: 1, details: output };
  }
}

function testFiles(folder: string): string[] {
  try {
    return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.test.ts'))
      .map((file) => path.join(folder, file))
      .sort();
  } catch {
    return []; // a room without tests yet
  }
}

const running = new Set<number>();
onInterruption((code) => {
  for (const group of running) endGroup(group, 'SIGTERM');
  process.exit(code);
});

function node(argv: string[], env: NodeJS.ProcessEnv = {}): Promise<{ status: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, argv, {
      cwd: root,
      env: { ...process.env, ...env, FORCE_COLOR: '0' },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...ownGroup(), // it ends as a whole
    });
    running.add(child.pid!);
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    child.on('close', (status) => {
      running.delete(child.pid!);
      resolve({ status, output: stripControlSequences(output) });
    });
  });
}

function total(outcomes: Outcome[]): Outcome {
  const sum = (of: (outcome: Outcome) => number | undefined) => outcomes.reduce((all, one) => all + (of(one) ?? 0), 0);
  const details = outcomes.map((outcome) => outcome.details ?? '').join('');
  return {
    passed: sum((o) => o.passed),
    failed: sum((o) => o.failed),
    skipped: outcomes.flatMap((o) => o.skipped ?? []),
    details,
  };
}

function line(name: string, seconds: number, { passed, failed, skipped = [] }: Outcome): string {
  const counts = [
    `${passed} passed`,
    failed > 0 && `${failed} failed`,
    skipped.length > 0 && `${skipped.length} skipped`,
  ];
  return `${failed > 0 ? '✗' : '✓'} ${name.padEnd(14)} ${counts.filter(Boolean).join(', ')} · ${seconds.toFixed(1)} s`;
}

async function main(names: string[]): Promise<void> {
  const unknown = names.filter((name) => !(name in stages));
  if (unknown.length > 0) {
    console.error(`There is no stage called ${unknown.join(', ')}. There are: ${Object.keys(stages).join(', ')}.`);
    process.exit(2);
  }
  const outcomes: Outcome[] = [];
  for (const [name, stage] of Object.entries(stages)) {
    if (names.length > 0 && !names.includes(name)) continue;
    const began = performance.now();
    if (process.stdout.isTTY) process.stdout.write(`… ${name}\r`);
    const outcome = await stage();
    outcomes.push(outcome);
    if (outcome.details) console.log(`\n${outcome.details.trimEnd()}`);
    console.log(line(name, (performance.now() - began) / 1000, outcome));
  }
  const { passed, failed, skipped = [] } = total(outcomes);
  if (skipped.length > 0) console.log(['Skipped:', ...new Set(skipped)].join('\n  '));
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}

void main(process.argv.slice(2));
