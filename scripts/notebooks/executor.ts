/** Executes one notebook in processes of its own (execute.py, and the kernel below it) and sees to it that none is left behind. */
import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import readline from 'node:readline';
import { endGroup, ownGroup } from '../kernel/platform';

export interface CellError {
  ename: string;
  evalue: string;
  traceback: string[];
}

export type CellStatus = 'ok' | 'error' | 'timeout' | 'died' | 'skipped';

/** What execute.py reports, line by line. Numbers count code cells from 1; indices count all cells from 0. */
export type Event =
  | { event: 'start'; cells: number }
  | { event: 'kernel'; pid: number }
  | { event: 'cell-start'; number: number; index: number }
  | ({
      event: 'cell';
      number: number;
      index: number;
      count: number | null;
      status: CellStatus;
      seconds: number;
    } & Partial<CellError>)
  | ({ event: 'late-error'; index: number } & CellError)
  | { event: 'end'; megabytes: number; tensors: number | null }
  | { event: 'failed'; message: string };

export interface Execution {
  notebook: string;
  /** Where the executed copy goes. */
  output: string;
  /** Holds the connection files and whatever the notebook leaves in the temporary folder. */
  scratch: string;
  cellTimeout: number;
  timeout: number;
  env: NodeJS.ProcessEnv;
  onEvent: (event: Event) => void;
}

/** Seconds that execute.py has beyond the notebook's own limit, to stop the kernel and save, before it is killed. */
const grace = 60;

const running = new Set<{ child: ChildProcess; kernel?: number }>();
let stopping = false;

/** Executes a notebook; resolves when its processes have ended, however they ended. */
export async function execute(python: string, execution: Execution): Promise<void> {
  const child = spawn(python, ['-u', path.join(__dirname, 'execute.py')], {
    ...ownGroup(), // Ctrl-C reaches the runner alone, which then stops everything in order
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      ...execution.env,
      ...temporaryFolderAt(execution.scratch),
      JUPYTER_RUNTIME_DIR: execution.scratch,
      JUPYTER_PREFER_ENV_PATH: '1',
      PYTHONWARNINGS: 'ignore',
    },
  });
  const entry: { child: ChildProcess; kernel?: number } = { child };
  running.add(entry);
  const complaints: string[] = [];
  let ended = false;
  const receive = (line: string) => {
    const event = parseEvent(line);
    if (!event) return void complaints.push(line);
    if (event.event === 'kernel') entry.kernel = event.pid;
    if (event.event === 'end' || event.event === 'failed') ended = true;
    execution.onEvent(event);
  };
  const closed = new Promise<number | null>((resolve) => {
    child.on('error', (error) => {
      complaints.push(error.message);
      resolve(null);
    });
    child.on('close', resolve);
  });
  readline.createInterface({ input: child.stdout! }).on('line', receive);
  readline.createInterface({ input: child.stderr! }).on('line', (line) => complaints.push(line));
  child.stdin!.on('error', () => {}); // it is gone: `closed` tells
  const { notebook, output, cellTimeout, timeout } = execution;
  const request = { notebook, output, cellTimeout, timeout, cwd: path.dirname(notebook) };
  child.stdin!.write(`${JSON.stringify(request)}\n`);

  const watchdog = setTimeout(() => endGroup(child.pid), (timeout + grace) * 1000);
  const code = await closed;
  clearTimeout(watchdog);
  sweep(entry.kernel);
  running.delete(entry);
  if (!ended) {
    const why = complaints.slice(-8).join('\n') || `exit code ${code}`;
    execution.onEvent({ event: 'failed', message: `the executor ended early: ${why}` });
  }
}

/** True once `stopAll` was called: no further notebook is to be started. */
export const isStopping = (): boolean => stopping;

/** Asks every execution to stop its kernel and end. */
export function stopAll(): void {
  stopping = true;
  for (const { child } of running) child.stdin?.end();
}

/** Ends every process at once; the last thing that the runner does. */
export function killAll(): void {
  for (const { child, kernel } of running) {
    endGroup(kernel);
    endGroup(child.pid);
  }
}

/**
 * Ends what a kernel has left behind whose executor has ended. On Windows nothing is left: what it started ends with it, it ends itself
 * without its executor, and its number soon belongs to another program.
 */
export function sweep(kernel: number | undefined, on: { platform: string } = process, end = endGroup): void {
  if (on.platform !== 'win32') end(kernel);
}

/** The variables by which Python and Node, on Windows and elsewhere, find their temporary folder. */
const temporaryFolderAt = (folder: string) => ({ TMPDIR: folder, TEMP: folder, TMP: folder });

function parseEvent(line: string): Event | undefined {
  try {
    const parsed = JSON.parse(line) as Event;
    return typeof parsed?.event === 'string' ? parsed : undefined;
  } catch {
    return undefined;
  }
}
