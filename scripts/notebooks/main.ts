/** `npm run notebooks`: executes notebooks headlessly, judges what they state, and on request stores their outputs. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import path from 'node:path';
import { updateClaimsPages } from './claims-table';
import { killAll, stopAll } from './executor';
import { writeHtml } from './html';
import { parseOptions, usage, UsageError, type Options } from './options';
import { describeFailures, summarize, writeJson, writeJunit } from './report';
import { runNotebooks, type Run } from './run';
import { selectNotebooks } from './select';
import { stamp, store } from './store';

const root = path.resolve(__dirname, '../..');

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (options === 'help') {
    console.log(usage);
    return 0;
  }
  const files = selectNotebooks(options.targets, path.join(root, 'notebooks'));
  if (options.stamp) return stampAll(files);
  const python = path.join(root, '.venv/bin/python');
  if (!existsSync(python)) throw new UsageError('The set-up is not complete: run npm run setup.');
  return await runAll(files, options, python);
}

async function runAll(files: string[], options: Options, python: string): Promise<number> {
  const began = performance.now();
  const copies = mkdtempSync(path.join(tmpdir(), 'lstm-executed-'));
  const paths = { python, copies };
  try {
    const runs = await runNotebooks(files, options, paths);
    const results = runs.map(({ result }) => result);
    if (options.write) storeAll(runs);
    if (options.json) writeJson(options.json, results);
    if (options.junit) writeJunit(options.junit, results);
    const failed = results.some(({ passed }) => !passed);
    const pages = options.html ?? (failed ? path.join(root, 'reports/notebooks') : undefined);
    if (pages) await writeHtml(pages, results, paths);
    const failures = describeFailures(results);
    if (failures) console.log(`\n${failures}\n`);
    if (pages)
      console.log(`Executed copies and a report: ${path.relative(process.cwd(), path.join(pages, 'index.html'))}`);
    console.log(summarize(results, (performance.now() - began) / 1000));
    return failed ? 1 : 0;
  } finally {
    rmSync(copies, { recursive: true, force: true });
  }
}

/** Stores what passed, and what that changes in the README. */
function storeAll(runs: Run[]): void {
  for (const { result, executed } of runs) {
    const obstacle = result.passed && executed ? store(result, executed) : undefined;
    if (obstacle) result.failures.push({ kind: 'stored outputs', message: `not stored: ${obstacle}` });
    result.passed &&= !obstacle;
  }
  const ofCourse = runs.some(
    ({ result }) => result.passed && path.dirname(result.file) === path.join(root, 'notebooks'),
  );
  const renewed = ofCourse ? updateClaimsPages(root) : [];
  if (renewed.length > 0) console.log(`The tables of claims were brought up to date: ${renewed.join(', ')}.`);
}

function stampAll(files: string[]): number {
  const obstacles = files.flatMap((file) => {
    const obstacle = stamp(file);
    return obstacle ? [`✗ ${path.basename(file)}: ${obstacle}`] : [];
  });
  for (const obstacle of obstacles) console.log(obstacle);
  return obstacles.length > 0 ? 1 : 0;
}

let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    const code = 128 + constants.signals[signal];
    if (interrupted) process.exit(code);
    interrupted = true;
    process.exitCode = code;
    console.error('\nStopping the kernels…');
    stopAll();
    setTimeout(() => process.exit(code), 10_000).unref();
  });
}
process.on('exit', killAll);

main().then(
  (code) => process.exit(interrupted ? process.exitCode : code),
  (error: unknown) => {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    process.exit(2);
  },
);
