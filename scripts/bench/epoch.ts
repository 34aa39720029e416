/** Seconds of one epoch of the imdb workload through train.fit: 20,000 reviews of 200 words, shuffled. Prints JSON. */
import { tf, train } from 'lstm-lab';
import { buildOurs } from './ours';
import { named } from './workload';

const reviews = 20_000;

async function main(): Promise<void> {
  const { model, x, y } = buildOurs(named.imdb, reviews / named.imdb.batch);
  await train.fit(model, tf.slice(x, 0, 320), tf.slice(y, 0, 320), { batchSize: named.imdb.batch, verbose: 0 });
  const start = performance.now();
  await train.fit(model, x, y, { batchSize: named.imdb.batch, verbose: 0 });
  const seconds = (performance.now() - start) / 1000;
  const peakMB = process.resourceUsage().maxRSS / 1024;
  process.stdout.write(`${JSON.stringify({ seconds, peakMB })}\n`);
}

void main();
