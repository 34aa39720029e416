/** The proof that what was set up works: lesson 00's model trained in a process of its own, and its measured loss. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { bindingState } from './binding.mjs';
import { SetupFailure, explain, reasonIn } from './failure.mjs';
import { readJson, writeJson } from './stamp.mjs';

const LIMIT_S = 180;
const stampFile = ({ scratch }) => path.join(scratch, 'proof.json');
const CRASHES = ['SIGILL', 'SIGSEGV', 'SIGBUS', 'SIGABRT'];

/** What a proof is good for: another Node or another binding needs one of its own. */
const subject = async ({ root }) => `${process.version} ${process.arch} ${(await bindingState({ root })).digest}`;

export const isProven = async (context) => readJson(stampFile(context))?.subject === (await subject(context));

/**
 * Trains lesson 00's model.
 * @returns {Promise<string>} the line with the measured loss
 * @throws {SetupFailure} when it does not train, or learns nothing
 */
export async function prove(context) {
  const began = Date.now();
  const program = path.join(context.root, 'scripts', 'setup', 'first-model.cjs');
  const { status, signal, stdout, stderr, error } = spawnSync(process.execPath, [program], {
    cwd: context.root,
    encoding: 'utf8',
    timeout: LIMIT_S * 1000,
  });
  context.log.write(`\n$ node ${program}\n${stdout}${stderr}`);
  const measured = status === 0 ? JSON.parse(stdout.trim().split('\n').at(-1)) : undefined;
  if (!measured) {
    const crashed = CRASHES.includes(signal);
    throw new SetupFailure({
      step: 'Proof',
      ...explain(`${stderr}${error?.code ?? ''}`, {
        cause: crashed
          ? `the TensorFlow binding crashed (${signal})`
          : signal
            ? `lesson 00's model did not finish in ${LIMIT_S} s`
            : `lesson 00's model did not train: ${reasonIn(stderr)}`,
        cure: crashed
          ? 'It may have been built for another processor: delete node_modules/@tensorflow/tfjs-node-gpu/lib and run again.'
          : '`npm run doctor` shows every part.',
      }),
    });
  }
  if (!(measured.loss < measured.naive)) {
    throw new SetupFailure({
      step: 'Proof',
      cause: `lesson 00's model trained and learned nothing (loss ${measured.loss}, repeating the last value gives ${measured.naive})`,
      cure: 'The computation is wrong on this machine: please report it with the output of `npm run doctor -- --json`.',
    });
  }
  writeJson(stampFile(context), { subject: await subject(context), ...measured });
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  return (
    `Proof: lesson 00's LSTM forecasts with a mean squared error of ${measured.loss.toFixed(5)} after ${measured.epochs} epochs ` +
    `(repeating the last value: ${measured.naive.toFixed(5)}), ${seconds} s on ${measured.backend}.`
  );
}
