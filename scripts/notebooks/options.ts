/** The command line of `npm run notebooks`. */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { keptByNpm } from '../npm-flags.mjs';

export type Profile = 'quick' | 'full';

export interface Options {
  /** Lesson numbers, names or paths as typed; none means every notebook of the course. */
  targets: string[];
  profile: Profile;
  jobs: number;
  write: boolean;
  stamp: boolean;
  json?: string;
  junit?: string;
  html?: string;
  /** Seconds that one cell may run. */
  cellTimeout: number;
  /** Seconds that one notebook may run. */
  timeout: number;
}

/** A mistake of the caller's: shown as one sentence, without a stack trace, with exit code 2. */
export class UsageError extends Error {}

export const usage = `npm run notebooks -- [NN or path…] [flags]

Executes notebooks headlessly. Exit 0 only if every cell of every notebook ran clean and every claim held.

  NN or path…           lesson numbers (02), names (02-parameter-counts), .ipynb files or folders; default: the whole course
  --profile quick|full  how much the lessons compute; default: LSTM_LAB_PROFILE, else full
  --jobs N              notebooks at a time; default: the processor's cores. They share the cores evenly
  --write               store the outputs, time and memory in the notebooks that passed. In the quick profile only the
                        quick figures are stored when the outputs of a full run are there and still fresh
  --stamp               run nothing: accept prose edited after the outputs were stored (the code must be unchanged)
  --json FILE           everything that was measured
  --junit FILE          a JUnit report
  --html DIR            executed copies and a report to read, also of what failed
  --cell-timeout S      seconds that one cell may run; default: 300 quick, 3600 full
  --timeout S           seconds that one notebook may run; default: 900 quick, 7200 full

A cell tagged skip-execution is left as it is. A cell tagged raises-exception must raise.
After a failing cell the cells that follow still run, so that one run lists every failure.`;

/**
 * Reads the command line.
 * @throws UsageError for an unknown flag or a value that makes no sense.
 */
export function parseOptions(argv: string[], env: NodeJS.ProcessEnv = process.env): Options | 'help' {
  const kept = keptByNpm('npm run notebooks', Object.keys(flags), env);
  if (kept) throw new UsageError(kept);
  const { values, positionals } = parse(argv);
  if (values.help) return 'help';
  const profile = values.profile ?? (env.LSTM_LAB_PROFILE || 'full');
  if (profile !== 'quick' && profile !== 'full') {
    throw new UsageError(`The profile is quick or full, not ${profile}.`);
  }
  if (values.write && values.stamp) throw new UsageError('Give either --write or --stamp: --stamp runs nothing.');
  return {
    targets: positionals,
    profile,
    jobs: positive('--jobs', values.jobs, availableParallelism(), Number.isInteger),
    write: values.write ?? false,
    stamp: values.stamp ?? false,
    json: values.json,
    junit: values.junit,
    html: values.html,
    cellTimeout: positive('--cell-timeout', values['cell-timeout'], profile === 'quick' ? 300 : 3600),
    timeout: positive('--timeout', values.timeout, profile === 'quick' ? 900 : 7200),
  };
}

const flags = {
  profile: { type: 'string' },
  jobs: { type: 'string' },
  write: { type: 'boolean' },
  stamp: { type: 'boolean' },
  json: { type: 'string' },
  junit: { type: 'string' },
  html: { type: 'string' },
  'cell-timeout': { type: 'string' },
  timeout: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

function parse(argv: string[]) {
  try {
    return parseArgs({ args: argv, allowPositionals: true, options: flags });
  } catch (error) {
    const sentence = (error as Error).message.split('. ')[0].replace(/\.?$/, '.');
    throw new UsageError(`${sentence} npm run notebooks -- --help lists the flags.`);
  }
}

function positive(flag: string, text: string | undefined, fallback: number, accepts = Number.isFinite): number {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (!accepts(value) || value <= 0) {
    throw new UsageError(
      `${flag} takes a positive ${accepts === Number.isInteger ? 'whole ' : ''}number, not ${text}.`,
    );
  }
  return value;
}
