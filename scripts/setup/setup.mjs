/** The set-up of the course: its steps in order, and the one call that does what is missing. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { showRepository, showsPackage } from '../package/manifest.mjs';
import { openLog } from './log.mjs';
import { terminalProgress } from './progress.mjs';
import { runSteps } from './run-steps.mjs';
import { compiledStep } from './steps/compiled.mjs';
import { kernelSpecStep } from './steps/kernel-spec.mjs';
import { nodeStep } from './steps/node.mjs';
import { npmPackagesStep } from './steps/npm-packages.mjs';
import { pythonEnvironmentStep } from './steps/python-environment.mjs';
import { pythonPackagesStep } from './steps/python-packages.mjs';
import { tensorflowBindingStep } from './steps/tensorflow-binding.mjs';

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

const compiledLibrary = compiledStep({ name: 'Library', project: 'lib', entry: 'dist/index.js' });

const libraryStep = {
  ...compiledLibrary,
  state: (context) =>
    showsPackage(context.root)
      ? { done: false, why: 'npm was interrupted while it packed lib' }
      : compiledLibrary.state(context),
  async run(context) {
    showRepository(context.root);
    if (!compiledLibrary.state(context).done) await compiledLibrary.run(context);
  },
};

/** What the npm package needs of the set-up: no Python, no compiler. */
export const PACKAGE_STEPS = [nodeStep, npmPackagesStep, libraryStep];

export const STEPS = [
  nodeStep,
  npmPackagesStep,
  pythonEnvironmentStep,
  pythonPackagesStep,
  kernelSpecStep,
  tensorflowBindingStep,
  libraryStep,
  compiledStep({ name: 'Kernel launcher', project: 'scripts/kernel', entry: 'dist/main.js' }),
];

/**
 * @param {{ gpu?: boolean, retry?: boolean, progress?: object }} [options] `gpu` undefined: as it was set up before
 */
export function setupContext({ gpu, retry = false, progress = terminalProgress() } = {}) {
  const scratch = path.join(ROOT, '.cache', 'setup');
  return { root: ROOT, scratch, gpu, retry, progress, log: openLog(path.join(scratch, 'setup.log')) };
}

/** A cause as the middle of a sentence: what a lesson threw may be as long as it likes. */
const oneLine = (cause) =>
  cause.length > 500 ? `${cause.slice(0, 497)}...` : cause.endsWith('.') ? cause.slice(0, -1) : cause;

/** The words for a failure on the terminal: what failed, why, what to do, where the full log is. */
export function failureText(failure, context) {
  return [
    `\n${failure.step ?? 'set-up'} failed: ${oneLine(failure.cause)}.`,
    `What to do: ${failure.cure}`,
    'Then run the same command again: it goes on from here.',
    `Full log: ${failure.log ?? context.log.path}`,
  ].join('\n');
}

/**
 * Does what is missing; prints nothing when nothing is.
 * @returns {Promise<string[]>} the names of the steps that ran
 * @throws {import('./failure.mjs').SetupFailure}
 */
export const setUp = (context) => runSteps(STEPS, context);

/** A line for every part that is left out on this machine, with the reason. */
export async function leftOut(context) {
  const states = await Promise.all(STEPS.map(async (step) => ({ name: step.name, ...(await step.state(context)) })));
  return states.filter(({ left }) => left).map(({ name, note }) => `! ${name}: ${note}`);
}
