/** Trainings that take too long to repeat: what they gave lies in the course's `data/` folder, held to a checksum. */
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { replaceFile } from '../files';
import { courseFolder } from './folders';

/** What long trainings gave, so that nobody has to wait for them. */
export interface StoredRuns<Run> {
  /** One entry for each training. */
  runs: Run[];
  /** The file of weights that belongs to the runs, as safetensors. */
  weights: string;
  /** A sentence on where they are from. */
  source: string;
}

/**
 * The stored trainings `NAME-runs.json` and `NAME-lstm.safetensors` in the course's folder of data (or in `folder`), made by a lesson's own
 * cell. Throws when there are none, and when the weights are not those that the list names.
 *
 * @example
 * const { runs, source } = data.storedRuns<data.ShakespeareRun>('shakespeare');
 * console.log(runs.length > 0, source.slice(0, 16)); // true Stored trainings
 */
export function storedRuns<Run extends { seed: number }>(name: string, folder = courseFolder()): StoredRuns<Run> {
  const { list, weights } = files(name, folder);
  if (!fs.existsSync(list))
    throw new Error(
      `There are no stored trainings called '${name}': ${list} does not exist. Train in the lesson itself.`,
    );
  const { sha256, runs } = JSON.parse(fs.readFileSync(list, 'utf8')) as { sha256: string; runs: Run[] };
  const digest = digestOf(weights);
  if (digest !== sha256)
    throw new Error(`${weights} has the SHA-256 ${digest}, expected ${sha256}: restore it with \`git checkout data\`.`);
  const seeds = [...new Set(runs.map(({ seed }) => seed))].join(', ');
  return {
    runs,
    weights,
    source: `Stored trainings with the seeds ${seeds}; weights with the SHA-256 ${sha256.slice(0, 16)}…`,
  };
}

/**
 * Replaces the stored trainings of that name, weights first; `write` writes the weights into the file that it is given.
 *
 * @example
 * import fs from 'node:fs';
 * fs.mkdirSync('runs');
 * await data.storeRuns('tiny', [{ seed: 1, loss: 0.5 }], async (file) => fs.writeFileSync(file, 'weights'), 'runs');
 * console.log(data.storedRuns('tiny', 'runs').runs); // [ { seed: 1, loss: 0.5 } ]
 */
export async function storeRuns<Run extends { seed: number }>(
  name: string,
  runs: Run[],
  write: (file: string) => Promise<void>,
  folder = courseFolder(),
): Promise<void> {
  const { list, weights } = files(name, folder);
  await write(weights);
  replaceFile(list, `${JSON.stringify({ sha256: digestOf(weights), runs }, undefined, 2)}\n`);
}

function files(name: string, folder = ''): { list: string; weights: string } {
  return { list: path.join(folder, `${name}-runs.json`), weights: path.join(folder, `${name}-lstm.safetensors`) };
}

const digestOf = (file: string): string => crypto.createHash('sha256').update(fs.readFileSync(file)).digest('hex');
