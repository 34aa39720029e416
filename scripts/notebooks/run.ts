/** Runs notebooks, several at a time, and judges each. */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { removeFolder } from '../../lib/system';
import { claimsFor, isSolution } from './claims';
import { execute, isStopping, type Event } from './executor';
import { judgeBudget, judgeCells, judgeStatements, judgeStored, passes } from './judge';
import { readNotebook, tagsOf, textOf, type Cell, type Notebook } from './notebook';
import type { Options } from './options';
import { Progress } from './progress';
import type { CellResult, Failure, NotebookResult } from './result';
import { obstacleTo, store } from './store';

export interface Run {
  result: NotebookResult;
  /** The notebook with the outputs of this run; undefined when it never started. */
  executed?: Notebook;
}

export interface RunnerPaths {
  /** The Python that holds nbclient. */
  python: string;
  /** Holds what the run needs while it lasts: connection files, and in `copies` the executed notebooks. */
  scratch: string;
}

/** What a notebook is called in reports. */
const nameOf = (file: string): string => (isSolution(file) ? 'solutions/' : '') + path.basename(file, '.ipynb');

/** Where the executed copy of a notebook lies. */
export const copyOf = (result: NotebookResult, paths: RunnerPaths): string =>
  path.join(paths.scratch, 'copies', copyName(result));

/** The file name of an executed copy: one folder holds the copies of lessons and of solutions. */
export const copyName = (result: NotebookResult): string => `${result.name.replace('/', '-')}.ipynb`;

/** Runs every notebook, the longest first where several run at a time; results are in the order of `files`. */
export async function runNotebooks(files: string[], options: Options, paths: RunnerPaths): Promise<Run[]> {
  const jobs = Math.min(options.jobs, files.length);
  const progress = new Progress(Math.max(...files.map((file) => nameOf(file).length)));
  const env = kernelEnvironment(options, jobs);
  const runs: Run[] = new Array(files.length);
  const waiting = jobs > 1 ? longestFirst(files, options.profile) : [...files.keys()];
  const worker = async () => {
    while (waiting.length > 0 && !isStopping()) {
      const i = waiting.shift()!;
      progress.begin(files[i]);
      runs[i] = await runNotebook(files[i], options, paths, env, progress);
      if (options.write) storeRun(runs[i]);
      progress.end(files[i], runs[i].result);
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  progress.close();
  return runs.filter((run) => run !== undefined);
}

/** The places in `files`, by what the last stored run took, in this profile if there was one; one never stored may take any time. */
export function longestFirst(files: string[], profile: Options['profile']): number[] {
  const seconds = files.map((file) => {
    try {
      const costs = readNotebook(file).metadata.lstm_lab?.costs;
      return (costs?.[profile] ?? costs?.full)?.seconds ?? Number.MAX_VALUE;
    } catch {
      return 0; // refused when its turn comes
    }
  });
  return [...files.keys()].sort((a, b) => seconds[b] - seconds[a]);
}

/** The kernels' environment: the profile, absolute paths, and an even share of the cores for each. */
export function kernelEnvironment(options: Pick<Options, 'profile'>, jobs: number): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, LSTM_LAB_PROFILE: options.profile, TF_CPP_MIN_LOG_LEVEL: '3' };
  delete env.FORCE_COLOR;
  env.NO_COLOR = '1';
  if (env.LSTM_LAB_DATA) env.LSTM_LAB_DATA = path.resolve(env.LSTM_LAB_DATA);
  if (jobs > 1) {
    const share = String(Math.max(1, Math.floor(availableParallelism() / jobs)));
    const names = ['LSTM_LAB_THREADS', 'OMP_NUM_THREADS', 'TF_NUM_INTRAOP_THREADS', 'TF_NUM_INTEROP_THREADS'];
    for (const name of names) env[name] ??= share;
  }
  return env;
}

/** Whether the runner gives a cell to the kernel, unless it is tagged skip-execution. */
const isCode = (cell: Cell): boolean => cell.cell_type === 'code' && textOf(cell.source).trim() !== '';
const isRun = (cell: Cell): boolean => isCode(cell) && !tagsOf(cell).includes('skip-execution');

async function runNotebook(
  file: string,
  options: Options,
  paths: RunnerPaths,
  env: NodeJS.ProcessEnv,
  progress: Progress,
): Promise<Run> {
  const began = performance.now();
  const result: NotebookResult = {
    name: nameOf(file),
    file,
    profile: options.profile,
    passed: false,
    seconds: 0,
    megabytes: 0,
    cells: [],
    claims: [],
    exercises: [],
    failures: [],
    warnings: [],
  };
  const refused = (error: unknown): Run => {
    result.failures.push({ kind: 'notebook', message: (error as Error).message });
    return { result };
  };
  let original: Notebook;
  let claims: ReturnType<typeof claimsFor>;
  try {
    original = readNotebook(file);
    claims = claimsFor(file);
    if (!original.cells.some(isRun))
      throw new Error('no cell of it runs: a notebook that proves nothing does not pass');
  } catch (error) {
    return refused(error);
  }
  result.cells = original.cells.flatMap((cell, index) =>
    isCode(cell) ? [{ number: 0, index, id: cell.id, status: 'not run', seconds: 0 }] : [],
  );
  result.cells.forEach((cell, i) => (cell.number = i + 1));

  const record = new Recorder(result, (number) => progress.cell(file, number, result.cells.length));
  let folder: string | undefined;
  try {
    folder = mkdtempSync(path.join(paths.scratch, 'run-'));
    const output = path.join(folder, path.basename(file));
    const { cellTimeout, timeout } = options;
    const execution = { notebook: file, output, scratch: paths.scratch, cellTimeout, timeout, env };
    await execute(paths.python, { ...execution, onEvent: record.receive });
    result.seconds = (performance.now() - began) / 1000;
    const executed = existsSync(output) ? readNotebook(output) : undefined;
    if (executed) {
      mkdirSync(path.dirname(copyOf(result, paths)), { recursive: true });
      copyFileSync(output, copyOf(result, paths));
    }
    judge(result, record, file, original, executed, claims, options);
    return { result, executed };
  } catch (error) {
    return refused(error);
  } finally {
    if (folder) removeFolder(folder);
  }
}

/** Stores a run that passed at once: what ends the other runs does not lose it. */
function storeRun({ result, executed }: Run): void {
  const obstacle = result.passed && executed ? obstacleTo(() => store(result, executed)) : undefined;
  if (!obstacle) return;
  result.failures.push({ kind: 'stored outputs', message: `not stored: ${obstacle}` });
  result.passed = false;
}

/** Takes down what execute.py reports. */
class Recorder {
  readonly late: { index: number; error: { ename: string; evalue: string; traceback: string[] } }[] = [];
  broken?: string;

  constructor(
    private readonly result: NotebookResult,
    private readonly onCell: (number: number) => void,
  ) {}

  receive = (event: Event): void => {
    const { result } = this;
    switch (event.event) {
      case 'cell-start':
        return this.onCell(event.number);
      case 'cell': {
        const { status, count, seconds, ename = '', evalue = '', traceback = [] } = event;
        const cell = result.cells.find(({ index }) => index === event.index);
        const error = status === 'ok' || status === 'skipped' ? undefined : { ename, evalue, traceback };
        if (cell)
          Object.assign(cell, {
            status,
            executionCount: count ?? undefined,
            seconds,
            error,
          } satisfies Partial<CellResult>);
        return;
      }
      case 'late-error': {
        const { index, ename, evalue, traceback } = event;
        return void this.late.push({ index, error: { ename, evalue, traceback } });
      }
      case 'end':
        result.megabytes = event.megabytes;
        result.tensors = event.tensors ?? undefined;
        return;
      case 'failed':
        this.broken = event.message;
    }
  };
}

function judge(
  result: NotebookResult,
  record: Recorder,
  file: string,
  original: Notebook,
  executed: Notebook | undefined,
  claims: ReturnType<typeof claimsFor>,
  options: Options,
): void {
  const failures: Failure[] = [];
  if (record.broken) failures.push({ kind: 'kernel', message: record.broken });
  failures.push(...judgeCells(original, result.cells, record.late));
  const cellsFailed = failures.length > 0;
  if (executed) {
    const statements = judgeStatements(file, executed, claims, options.profile, cellsFailed);
    result.claims = statements.claims;
    result.exercises = statements.exercises;
    failures.push(...statements.failures);
  }
  const budget = judgeBudget(file, claims, options.profile, result);
  failures.push(...budget.failures);
  result.warnings.push(...budget.warnings);
  if (!options.write) failures.push(...judgeStored(original));
  result.failures = failures;
  result.passed = passes(result);
}
