/** Runs a command with its output in the set-up log, and says in words why it failed. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SetupFailure, explain, reasonIn } from './failure.mjs';
import { startOf } from './lock.mjs';
import { readJson, writeJson } from './stamp.mjs';

/** How many characters of a command's output are looked at when it failed. */
const KEPT = 1024 * 1024;
const running = new Set();
const noteOf = ({ scratch }) => path.join(scratch, 'command.json');

/** Ends the commands that run now: an interrupted set-up leaves nobody at work behind it. */
export function stopCommands() {
  for (const child of running) child.kill('SIGTERM');
}

/** Ends the command that a killed set-up left running, before anything else touches what it works on. */
export async function endLeftCommand(context) {
  const left = readJson(noteOf(context));
  if (!left) return;
  const lives = () => left.started !== undefined && startOf(left.pid) === left.started;
  if (lives()) process.kill(left.pid, 'SIGKILL');
  for (let waited = 0; lives() && waited < 50; waited++) await sleep(100);
  fs.rmSync(noteOf(context), { force: true });
}

/** The environment for Python: the project's own packages only, whatever the caller's shell sets. */
export function pythonEnvironment() {
  const { PYTHONHOME, PYTHONPATH, PIP_TARGET, PIP_PREFIX, ...rest } = process.env;
  return { ...rest, PYTHONUTF8: '1', PIP_USER: '0', PIP_DISABLE_PIP_VERSION_CHECK: '1' };
}

/**
 * @param {{ log: { write(text: string): void }, report?(line: string): void, root: string, scratch?: string }} context
 * @param {string} file
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, cure?: string }} [options]
 * @returns {Promise<string>} the end of the output
 * @throws {SetupFailure} when the command cannot start or exits with another code than 0
 */
export function runCommand(context, file, args, options = {}) {
  const { cwd = context.root, env = process.env, cure = 'The full log shows what the command printed.' } = options;
  context.log.write(`\n$ ${[file, ...args].join(' ')}\n`);
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
    running.add(child);
    if (context.scratch && child.pid) writeJson(noteOf(context), { pid: child.pid, started: startOf(child.pid) });
    child.once('close', () => {
      running.delete(child);
      if (context.scratch) fs.rmSync(noteOf(context), { force: true });
    });
    let tail = '';
    const take = (chunk) => {
      const text = chunk.toString();
      context.log.write(text);
      tail = (tail + text).slice(-KEPT);
      const line = text.trimEnd().split(/\r?\n/).at(-1).trim();
      if (line) context.report?.(line);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('error', (error) => {
      const cause =
        error.code === 'ENOENT' ? `\`${file}\` was not found` : `\`${file}\` could not start (${error.code})`;
      reject(new SetupFailure(explain(error.code === 'ENOENT' ? '' : String(error.code), { cause, cure })));
    });
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(tail);
      const how = signal ? `was ended by ${signal}` : `ended with code ${code}`;
      const cause = `\`${args[0] === '-m' ? args[1] : file.split(/[\\/]/).at(-1)}\` ${how}: ${reasonIn(tail)}`;
      const failure = new SetupFailure(explain(tail, { cause, cure }));
      failure.output = tail;
      reject(failure);
    });
  });
}
