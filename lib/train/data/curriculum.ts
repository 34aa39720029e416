/** The order in which a curriculum shows samples: easy ones first, until all take part. */
import { checkOptions, positiveInteger } from '../../options';
import { RandomStream, nextSeed, shuffle } from '../../random';

/** Options of {@link curriculum}. */
export interface CurriculumOptions {
  /** How many batches are drawn. */
  batches: number;
  /** Samples of a batch. Default: 32. */
  batchSize?: number;
  /** The share of the samples, the easiest, that the first batch is drawn from. Default: 0.1. */
  start?: number;
  /** The share of the batches after which all samples take part. Default: 1, the last batch. */
  ramp?: number;
  /** How the share c grows: c itself linearly, or its square ("root"), so that new samples come ever more slowly. Default: root. */
  pace?: 'root' | 'linear';
  /** Whether the same samples come in random order: the control, which sees each as often but has no curriculum. Default: false. */
  shuffled?: boolean;
  /** Default: drawn from the global seed. The same seed draws the same samples for a curriculum and its control. */
  seed?: number;
}

/**
 * Batches of numbers of samples, in the order of a curriculum (Bengio et al. 2009): batch t is drawn uniformly, with replacement, from the
 * share c(t) of the samples that are easiest (competence, Platanios et al. 2019):
 *
 *     c(t) = min(1, √(c₀² + (1 - c₀²) t / T))    or linearly    min(1, c₀ + (1 - c₀) t / T)
 *
 * @param difficulty of each sample, in any unit: length, loss of another model, rarity of its words
 *
 * @example
 * const lengths = [5, 1, 4, 2, 3, 6]; // a number for each example: the larger, the harder
 * const batches = train.curriculum(lengths, { batches: 4, batchSize: 2, start: 0.34, ramp: 1, seed: 1 });
 * console.log(batches.length, [...batches[0]].map((k) => lengths[k]).sort()); // 4 [ 2, 2 ]
 */
export function curriculum(difficulty: ArrayLike<number>, options: CurriculumOptions): Int32Array[] {
  checkOptions('train.curriculum', options, ['batches', 'batchSize', 'start', 'ramp', 'pace', 'shuffled', 'seed']);
  const { start = 0.1, ramp = 1, pace = 'root', shuffled = false, seed = nextSeed() } = options;
  const count = positiveInteger('batches', options.batches);
  const size = positiveInteger('batchSize', options.batchSize ?? 32);
  if (difficulty.length === 0) throw new Error('train.curriculum: there are no samples to order.');
  const broken = Array.prototype.findIndex.call(difficulty, (value: number) => !Number.isFinite(value));
  if (broken >= 0) throw new RangeError(`The difficulty of sample ${broken} is ${difficulty[broken]}; give a number.`);
  for (const [name, share] of Object.entries({ start, ramp }))
    if (!(share > 0 && share <= 1)) throw new RangeError(`${name} is ${share}; give a share above 0 and up to 1.`);
  if (pace !== 'root' && pace !== 'linear') throw new Error(`pace is "${String(pace)}"; give "root" or "linear".`);

  const easiest = Int32Array.from(difficulty, (_, sample) => sample).sort(
    (a, b) => difficulty[a] - difficulty[b] || a - b,
  );
  const random = RandomStream.from(seed);
  const power = pace === 'root' ? 2 : 1;
  const last = ramp * (count - 1);
  const drawn = new Int32Array(count * size);
  for (let batch = 0; batch < count; batch++) {
    const progress = last > 0 ? Math.min(1, batch / last) : 1;
    const share = (start ** power + (1 - start ** power) * progress) ** (1 / power);
    const open = Math.max(1, Math.round(share * easiest.length));
    for (let k = 0; k < size; k++) drawn[batch * size + k] = easiest[random.integer(0, open - 1)];
  }
  if (shuffled) shuffle(drawn, (to) => random.integer(0, to));
  return Array.from({ length: count }, (_, batch) => drawn.slice(batch * size, (batch + 1) * size));
}
