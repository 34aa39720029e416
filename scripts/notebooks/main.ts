/** `npm run notebooks`: executes notebooks headlessly, judges what they state, and on request stores their outputs. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { WriteError } from '../../lib/files';
import { onInterruption } from '../interruption.mjs';
import { pythonIn } from '../../lib/build-native/python.mjs';
import { temporaryFolder } from '../temporary';
import { updateClaimsPages } from './claims-table';
import { killAll, stopAll } from './executor';
import { writeHtml } from './html';
import { parseOptions, usage, UsageError, type Options } from './options';
import { describeFailures, summarize, writeJson, writeJunit } from './report';
import { runNotebooks, type Run } from './run';
import { selectNotebooks } from './select';
import { obstacleTo, stamp } from './store';

const root = path.resolve(__dirname, '../..');

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (options === 'help') {
    console.log(usage);
    return 0;
  }
  const files = selectNotebooks(options.targets, path.join(root, 'notebooks'));
  if (options.stamp) return stampAll(files);
  const python = pythonIn(path.join(root, '.venv'));
  if (!existsSync(python)) throw new UsageError('The set-up is not complete: run npm run setup.');
  return await runAll(files, options, python);
}

async function runAll(files: string[], options: Options, python: string): Promise<number> {
  const began = performance.now();
  const paths = { python, scratch: temporaryFolder('lstm-notebooks') };
  const runs = await runNotebooks(files, options, paths);
  const results = runs.map(({ result }) => result);
  const unwritten: string[] = [];
  /** What cannot be written is a sentence at the end, and keeps nothing else from being written. */
  const write = async (act: () => unknown) => {
    try {
      await act();
    } catch (error) {
      unwritten.push(`✗ ${(error as Error).message}`);
    }
  };
  if (options.write) await write(() => updateTables(runs));
  const { json, junit } = options;
  if (json) await write(() => writeJson(json, results));
  if (junit) await write(() => writeJunit(junit, results));
  const failed = results.some(({ passed }) => !passed);
  const pages = options.html ?? (failed ? path.join(root, 'reports/notebooks') : undefined);
  if (pages) await write(() => writeHtml(pages, results, paths));
  const failures = [describeFailures(results), ...unwritten].filter(Boolean).join('\n');
  if (failures) console.log(`\n${failures}\n`);
  if (pages && existsSync(path.join(pages, 'index.html')))
    console.log(`Executed copies and a report: ${path.relative(process.cwd(), path.join(pages, 'index.html'))}`);
  console.log(summarize(results, (performance.now() - began) / 1000));
  return failed || unwritten.length > 0 ? 1 : 0;
}

/** Brings up to date what the README and the table of claims say of lessons that passed. */
function updateTables(runs: Run[]): void {
  const ofCourse = runs.some(
    ({ result }) => result.passed && path.dirname(result.file) === path.join(root, 'notebooks'),
  );
  const renewed = ofCourse ? updateClaimsPages(root) : [];
  if (renewed.length > 0) console.log(`The tables of claims were brought up to date: ${renewed.join(', ')}.`);
}

function stampAll(files: string[]): number {
  const obstacles = files.flatMap((file) => {
    const obstacle = obstacleTo(() => stamp(file));
    return obstacle ? [`✗ ${path.basename(file)}: ${obstacle}`] : [];
  });
  for (const obstacle of obstacles) console.log(obstacle);
  return obstacles.length > 0 ? 1 : 0;
}

let interrupted = false;
onInterruption((code) => {
  if (interrupted) process.exit(code);
  interrupted = true;
  process.exitCode = code;
  console.error('\nStopping the kernels…');
  stopAll();
  setTimeout(() => process.exit(code), 10_000).unref();
});
process.on('exit', killAll);

main().then(
  (code) => process.exit(interrupted ? process.exitCode : code),
  (error: unknown) => {
    if (!(error instanceof UsageError || error instanceof WriteError)) throw error;
    console.error(error.message);
    process.exit(error instanceof UsageError ? 2 : 1);
  },
);
