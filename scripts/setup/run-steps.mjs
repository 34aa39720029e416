/** Runs the steps whose state says that they are missing, in order, one set-up at a time. */
import path from 'node:path';
import { onInterruption } from '../interruption.mjs';
import { endLeftChildren, stopChildren } from './children.mjs';
import { SetupFailure, explain } from './failure.mjs';
import { acquireLock } from './lock.mjs';

/**
 * @typedef {{ done: boolean, why?: string, detail?: string, left?: boolean, note?: string, cure?: string }} State
 *   `why` it is not done; `detail` such as a version; `left` out on this machine, with the reason as `note`.
 * @typedef {{ name: string, state(context: object): State | Promise<State>, run(context: object): Promise<string | void> }} Step
 *   `run` may return a sentence that belongs behind the step's line.
 */

async function runStep(step, context) {
  const line = context.progress.start(step.name);
  try {
    const note = await step.run({ ...context, report: line.report });
    const after = await step.state({ ...context, retry: false });
    if (!after.done) {
      throw new SetupFailure({
        cause: `it ran to its end, and yet ${after.why}`,
        cure: 'See the full log; `npm run doctor` shows every part.',
      });
    }
    line.done(note ?? after.note ?? after.detail);
  } catch (error) {
    line.failed();
    if (error instanceof SetupFailure) {
      error.step ??= step.name;
      throw error;
    }
    context.log.write(`\n${error.stack ?? error}\n`);
    const unknown = {
      cause: error.message.split('\n')[0],
      cure: 'This is not a known trouble: please report it with the full log.',
    };
    throw new SetupFailure({ step: step.name, ...explain(error.code ?? '', unknown) });
  }
}

/**
 * Does what is missing and nothing else.
 * @param {Step[]} steps
 * @param {{ root: string, log: object, progress: object, scratch: string }} context
 * @returns {Promise<string[]>} the names of the steps that ran
 * @throws {SetupFailure} naming the step, its cause and the cure
 */
export async function runSteps(steps, context) {
  const missing = [];
  for (const step of steps) if (!(await step.state(context)).done) missing.push(step.name);
  if (missing.length === 0) return [];

  let release;
  try {
    release = await acquireLock(path.join(context.scratch, 'lock'), ({ pid, host }) =>
      context.progress.say(
        `Another set-up is at work here (process ${pid} on ${host}): waiting for it. ` +
          `If there is none, delete ${path.join(context.scratch, 'lock')}.`,
      ),
    );
  } catch (error) {
    const unknown = {
      cause: `${context.scratch} could not be written (${error.code})`,
      cure: 'Run as the user who owns the project, or clone it into a folder of your own.',
    };
    throw new SetupFailure({ step: 'set-up', ...explain(error.code ?? '', unknown) });
  }
  const listenNoMore = onInterruption((code) => {
    stopChildren();
    release();
    context.progress.say('\nStopped. Run the same command again: it goes on from here.');
    process.exit(code);
  });
  process.once('exit', release);
  const ran = [];
  try {
    await endLeftChildren(context);
    for (const step of steps) {
      if ((await step.state(context)).done) continue;
      if (ran.length === 0) context.progress.say(`Setting up: ${missing.join(', ')}.`);
      await runStep(step, context);
      ran.push(step.name);
    }
  } finally {
    release();
    listenNoMore();
    process.off('exit', release);
  }
  return ran;
}
