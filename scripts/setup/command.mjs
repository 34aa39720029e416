/** Runs a command with its output in the set-up log, and says in words why it failed. */
import { startChild } from './children.mjs';
import { SetupFailure, explain, reasonIn } from './failure.mjs';

/** How many characters of a command's output are looked at when it failed. */
const KEPT = 1024 * 1024;
/**
 * @param {{ log: { write(text: string): void }, report?(line: string): void, root: string, scratch: string }} context
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
    const child = startChild(context, file, args, { cwd, env });
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
