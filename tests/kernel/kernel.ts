/** Runs scenarios against the real kernel over the real protocol. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pythonIn } from '../../lib/system';

export const repository = path.resolve(__dirname, '../..');
const python = pythonIn(path.join(repository, '.venv'));
export const kernelMain = path.join(repository, 'scripts', 'kernel', 'dist', 'main.js');

/** Why kernel tests cannot run here; false when they can. */
export const missing: string | false = !fs.existsSync(python)
  ? 'needs .venv (npm run setup)'
  : !fs.existsSync(kernelMain) && 'needs the compiled kernel (npx tsc -p scripts/kernel)';

export interface Step {
  execute?: string;
  allow_stdin?: boolean;
  /** Given one by one to the questions that come. */
  answers?: string[];
  silent?: boolean;
  store_history?: boolean;
  stop_on_error?: boolean;
  interrupt_after?: number;
  then?: Step[];
  timeout?: number;
  complete?: string;
  inspect?: string;
  history?: Record<string, unknown>;
  user_expressions?: Record<string, string>;
  at?: number;
  info?: true;
  wait?: number;
  restart?: true;
}

export interface Published {
  type: string;
  parent: string;
  content: {
    name?: string;
    text?: string;
    ename?: string;
    evalue?: string;
    traceback?: string[];
    data?: Record<string, unknown>;
    transient?: { display_id?: string };
    execution_state?: string;
    execution_count?: number;
    wait?: boolean;
  };
}

export interface Reply extends Record<string, unknown> {
  status: string;
  ename?: string;
  evalue?: string;
  traceback?: string[];
  execution_count?: number;
}

export interface StepResult {
  parent: string;
  parents: string[];
  reply: Reply;
  replies: Reply[];
  questions: { parent: string; prompt: string; password: boolean }[];
  /** Everything published while the step was waited for. */
  messages: Published[];
}

export interface Outcome {
  steps: StepResult[];
  exit_code: number | null;
  /** Processes of the kernel that were still alive seconds after its shutdown; all of them, when it was abandoned. */
  left_behind: number[];
  /** What the kernel wrote to its own stderr. */
  stderr: string;
}

/** A folder that Jupyter finds our kernel in, under the name that notebooks ask for. */
export function jupyterPath(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lstm-lab-kernel-'));
  const spec = path.join(folder, 'kernels', 'tslab');
  fs.mkdirSync(spec, { recursive: true });
  const content = {
    argv: [process.execPath, kernelMain, '{connection_file}'],
    display_name: 'TypeScript',
    language: 'typescript',
    interrupt_mode: 'message',
  };
  fs.writeFileSync(path.join(spec, 'kernel.json'), JSON.stringify(content));
  return folder;
}

/** Starts a kernel, performs the steps, shuts it down, and returns all that came back. */
export async function converse(
  steps: Step[],
  {
    cwd = repository,
    env = {},
    kill = false,
    abandon = false,
  }: { cwd?: string; env?: Record<string, string>; kill?: boolean; abandon?: boolean } = {},
): Promise<Outcome> {
  const jupyter = jupyterPath();
  const stderr = path.join(jupyter, 'stderr');
  const scenario = { steps, cwd, env, kill, abandon, stderr };
  const output = await run(python, [path.join(__dirname, 'client.py')], JSON.stringify(scenario), {
    JUPYTER_PATH: jupyter,
  });
  if (output.code !== 0) throw new Error(`The client failed: ${output.stderr}`);
  const outcome = {
    ...(JSON.parse(output.stdout) as Omit<Outcome, 'stderr'>),
    stderr: fs.readFileSync(stderr, 'utf8'),
  };
  fs.rmSync(jupyter, { recursive: true });
  return outcome;
}

export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a program to its end. */
export function run(program: string, args: string[], input: string, env: Record<string, string>, cwd = repository) {
  return new Promise<Finished>((resolve, reject) => {
    const child = spawn(program, args, { cwd, env: { ...process.env, ...env } });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
    child.stdin.end(input);
  });
}

/** Runs a module of the course's Python, such as `pytest` or `papermill`. */
export function runPython(args: string[], env: Record<string, string>, cwd: string): Promise<Finished> {
  return run(python, args, '', env, cwd);
}

/** The published messages of one kind that belong to a step. */
export function ofKind(step: StepResult, type: string): Published['content'][] {
  return step.messages
    .filter((message) => message.type === type && message.parent === step.parent)
    .map((m) => m.content);
}

/** The text that a step wrote to stdout or stderr. */
export function streamed(step: StepResult, name = 'stdout'): string {
  return ofKind(step, 'stream')
    .filter((content) => content.name === name)
    .map((content) => content.text)
    .join('');
}

/** A traceback as a reader sees it, without colours. */
export function plain(traceback: string[] | undefined): string {
  return (traceback ?? []).join('\n').replace(/\x1b\[\d+m/g, '');
}
