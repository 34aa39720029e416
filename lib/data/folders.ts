/** Where data lies: the reader's own folder, the data sets that come with the course, and the cache of what was downloaded. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** The folder named by the environment variable `LSTM_LAB_DATA`, whose files go before all others; undefined when it is not set. */
export function ownFolder(): string | undefined {
  return process.env.LSTM_LAB_DATA || undefined;
}

/** The course's `data/` folder, found from this package upwards; undefined where the package is used without the course. */
export function courseFolder(): string | undefined {
  for (let folder = __dirname; folder !== path.dirname(folder); folder = path.dirname(folder)) {
    const candidate = path.join(folder, 'data');
    if (fs.existsSync(path.join(candidate, 'seattle-weather.csv'))) return candidate;
  }
  return undefined;
}

/**
 * The folder that keeps what was downloaded: the one that `LSTM_LAB_CACHE` names, or the course's `data/cache`, or `~/.cache/lstm-lab`
 * outside the course.
 *
 * @example
 * console.log(data.cacheDir().endsWith('cache')); // true
 */
export function cacheDir(): string {
  if (process.env.LSTM_LAB_CACHE) return process.env.LSTM_LAB_CACHE;
  const course = courseFolder();
  return course ? path.join(course, 'cache') : path.join(os.homedir(), '.cache', 'lstm-lab');
}
