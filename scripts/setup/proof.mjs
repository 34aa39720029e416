/** The proof that what was set up works: lesson 00 run headlessly, and the loss of the LSTM that it trains. */
import fs from 'node:fs';
import path from 'node:path';
import { onInterruption } from '../interruption.mjs';
import { bindingState } from './binding.mjs';
import { stopChildren } from './children.mjs';
import { runCommand } from './command.mjs';
import { SetupFailure } from './failure.mjs';
import { readJson, writeJson } from '../../lib/build-native/stamp.mjs';

/** The claims of lesson 00 that the proof repeats. */
const LOSS = 'start.first.mse';
const LAZY = 'start.lazy.mse';
/** A lesson that ran, however slowly or unexpectedly it came out, proves the set-up; these kinds of failure do not. */
const OUTCOMES = ['claim', 'budget', 'stored outputs'];
const stampFile = ({ scratch }) => path.join(scratch, 'proof.json');

/** What a proof is good for: another Node or another binding needs one of its own. */
const subject = async ({ root }) => `${process.version} ${process.arch} ${(await bindingState({ root })).digest}`;

export const isProven = async (context) => readJson(stampFile(context))?.subject === (await subject(context));

/** Runs lesson 00 and gives back what the runner measured; the runner's exit code also tells of claims and budgets. */
async function runLesson(context) {
  const { root, scratch } = context;
  const measured = path.join(scratch, 'proof-run.json');
  fs.rmSync(measured, { force: true });
  const reports = ['--json', measured, '--html', path.join(scratch, 'proof-run')];
  const runner = ['--import', 'tsx', path.join(root, 'scripts', 'notebooks', 'main.ts'), '00', '--profile', 'quick'];
  try {
    await runCommand(context, process.execPath, [...runner, ...reports], {
      cure: '`npm run doctor` shows every part.',
    });
  } catch (failure) {
    if (!fs.existsSync(measured)) throw failure;
  }
  const result = readJson(measured)?.notebooks?.[0];
  if (!result)
    throw new SetupFailure({ cause: 'lesson 00 left no report', cure: '`npm run doctor` shows every part.' });
  return result;
}

/**
 * The proof as one line.
 * @param {{ failures: { kind: string, message: string, cell?: number }[], claims: { id: string, value: number }[], seconds: number }} result
 * @throws {SetupFailure} when the lesson did not run, or its LSTM learned nothing
 */
export function verdict({ failures, claims, seconds }) {
  const failure = failures.find(({ kind }) => !OUTCOMES.includes(kind));
  if (failure) {
    const where = failure.cell === undefined ? 'lesson 00' : `lesson 00, cell ${failure.cell}`;
    throw new SetupFailure({
      cause: `${where}: ${failure.message.split('\n')[0]}`,
      cure: '`npm run doctor` shows every part; the log shows the whole message.',
    });
  }
  const value = (id) => claims.find((claim) => claim.id === id)?.value;
  if (!(value(LOSS) < value(LAZY))) {
    throw new SetupFailure({
      cause: `lesson 00's LSTM learned nothing: its mean squared error is ${value(LOSS)}, repeating the last value gives ${value(LAZY)}`,
      cure: 'The computation is wrong on this machine: please report it with the output of `npm run doctor -- --json`.',
    });
  }
  const odd = failures.map(({ message }) => ` (${message.split('\n')[0]})`).join('');
  return (
    `Proof: lesson 00 ran in ${Math.round(seconds)} s; its first LSTM forecasts with a mean squared error of ` +
    `${value(LOSS).toPrecision(3)}, repeating the last value with ${value(LAZY).toPrecision(3)}${odd}.`
  );
}

/**
 * Runs lesson 00 in its quick profile.
 * @returns {Promise<string>} the line with the measured loss
 * @throws {SetupFailure} when it does not run, or its LSTM learned nothing
 */
export async function prove(context) {
  const line = context.progress.start('Lesson 00');
  const listenNoMore = onInterruption((code) => {
    stopChildren();
    context.progress.say('\nStopped.');
    process.exit(code);
  });
  try {
    const proof = verdict(await runLesson({ ...context, report: line.report }));
    line.done();
    writeJson(stampFile(context), { subject: await subject(context), proof });
    return proof;
  } catch (error) {
    line.failed();
    if (error instanceof SetupFailure) error.step ??= 'Proof';
    throw error;
  } finally {
    listenNoMore();
  }
}
