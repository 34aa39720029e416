import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { replaceFile } from '../files';
import { courseFolder } from './folders';

/** One training of lesson 10's network on Shakespeare. */
export interface ShakespeareRun {
  seed: number;
  /** Losses in nats a character after each epoch, and the seconds that had passed; `validation` is of batches side by side. */
  epochs: { loss: number; validation: number; seconds: number; sample: string }[];
}

/** What lesson 10's long training gave, so that nobody has to wait for it. */
export interface ShakespeareRuns {
  runs: ShakespeareRun[];
  /** The weights of the first run in bfloat16, as safetensors. */
  weights: string;
  /** A sentence on where they are from. */
  source: string;
}

/** The stored trainings of lesson 10, whose own cell made them. Throws when the weights are not those that the list names. */
export function shakespeareRuns(): ShakespeareRuns {
  const { list, weights } = files();
  const { sha256, runs } = JSON.parse(fs.readFileSync(list, 'utf8')) as { sha256: string; runs: ShakespeareRun[] };
  const digest = digestOf(weights);
  if (digest !== sha256)
    throw new Error(`${weights} has the SHA-256 ${digest}, expected ${sha256}: restore it with \`git checkout data\`.`);
  const seeds = runs.map(({ seed }) => seed).join(', ');
  return {
    runs,
    weights,
    source: `Stored trainings with the seeds ${seeds}; weights with the SHA-256 ${sha256.slice(0, 16)}…`,
  };
}

/** Replaces what is stored; `write` writes the weights of the first run into the file that it is given. */
export async function storeShakespeareRuns(
  runs: ShakespeareRun[],
  write: (file: string) => Promise<void>,
): Promise<void> {
  const { list, weights } = files();
  await write(weights);
  replaceFile(list, `${JSON.stringify({ sha256: digestOf(weights), runs }, undefined, 2)}\n`);
}

function files(): { list: string; weights: string } {
  const folder = courseFolder() ?? '';
  return {
    list: path.join(folder, 'shakespeare-runs.json'),
    weights: path.join(folder, 'shakespeare-lstm.safetensors'),
  };
}

const digestOf = (file: string): string => crypto.createHash('sha256').update(fs.readFileSync(file)).digest('hex');
