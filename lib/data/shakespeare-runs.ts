import { storedRuns, storeRuns, type StoredRuns } from './stored-runs';

/** One training of lesson 10's network on Shakespeare. */
export interface ShakespeareRun {
  /** What `train.seed` was given. */
  seed: number;
  /** Losses in nats a character after each epoch, and the seconds that had passed; `validation` is of batches side by side. */
  epochs: { loss: number; validation: number; seconds: number; sample: string }[];
  /** Nats a character on all of the kept text after the last epoch, read once from its first character to its last. */
  kept: number;
}

/** What lesson 10's long training gave; the weights, in bfloat16, are those of the first run. */
export type ShakespeareRuns = StoredRuns<ShakespeareRun>;

/**
 * The stored trainings of lesson 10. Throws when the weights are not those that the list names.
 *
 * @example
 * const { runs } = data.shakespeareRuns();
 * console.log(runs.length, runs[0].epochs.length); // 3 9
 */
export const shakespeareRuns = (): ShakespeareRuns => storedRuns('shakespeare');

/**
 * Replaces the stored trainings of lesson 10; `write` writes the weights of the first run into the file that it is given.
 *
 * @example
 * const write = () => Promise.reject(new Error('the disk is full')); // what was there stays
 * const said = await data.storeShakespeareRuns([], write).catch(({ message }) => message);
 * console.log(said); // the disk is full
 */
export const storeShakespeareRuns = (runs: ShakespeareRun[], write: (file: string) => Promise<void>): Promise<void> =>
  storeRuns('shakespeare', runs, write);
