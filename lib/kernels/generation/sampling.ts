/** The choice of the next token. lib/native/sampling.h holds the same in C++, number for number. */
import { checkOptions } from '../../options';

/** How `sampleToken` draws. */
export interface SamplingOptions {
  /** Logits are divided by this: below 1 bolder, above 1 more adventurous, 0 always the most likely token. Default: 1. */
  temperature?: number;
  /** Only the `topK` most likely tokens can be drawn. Default: all. */
  topK?: number;
  /** Only the smallest set of most likely tokens whose probabilities reach `topP` can be drawn (nucleus sampling). Default: 1. */
  topP?: number;
  /** The source of randomness, numbers in [0, 1). Default: `Math.random`, which follows `train.seed`. */
  random?: () => number;
}

/**
 * Throws a RangeError that names the setting which is out of its range.
 *
 * @example
 * const problem = (topP: number) => {
 *   try {
 *     return kernels.checkSampling({ temperature: 1, topK: Infinity, topP });
 *   } catch (error) {
 *     return (error as Error).message;
 *   }
 * };
 * console.log(problem(0.9), problem(2)); // undefined topP is 2; give a probability above 0 and up to 1.
 */
export function checkSampling({ temperature, topK, topP }: Required<Omit<SamplingOptions, 'random'>>): void {
  if (!(temperature >= 0)) throw new RangeError(`temperature is ${temperature}; give 0 or more.`);
  if (!(topK >= 1)) throw new RangeError(`topK is ${topK}; give at least 1 token.`);
  if (!(topP > 0 && topP <= 1)) throw new RangeError(`topP is ${topP}; give a probability above 0 and up to 1.`);
}

/**
 * The probabilities that `sampleToken` draws from, one for each logit; zeros where top-k or top-p exclude a token.
 *
 * @example
 * console.log([...text.samplingDistribution([0, 0, 0, -9], { topK: 2 })]); // [ 0.5, 0.5, 0, 0 ]
 */
export function samplingDistribution(logits: ArrayLike<number>, options: SamplingOptions = {}): Float64Array {
  checkOptions('sampleToken', options, ['temperature', 'topK', 'topP', 'random']);
  const { temperature = 1, topK = logits.length, topP = 1 } = options;
  if (logits.length === 0) throw new Error('There are no logits to sample from.');
  checkSampling({ temperature, topK, topP });
  const first = mostLikely(logits);
  const best = logits[first];
  if (!Number.isFinite(best))
    throw new RangeError(`The largest logit is ${best}; the model has diverged, or its output is not logits.`);
  const probabilities = new Float64Array(logits.length);
  if (temperature === 0) {
    probabilities[first] = 1;
    return probabilities;
  }
  const weigh = (token: number) => Math.exp((logits[token] - best) / temperature);
  let mass = 0;
  if (topK >= logits.length && topP === 1) {
    for (let token = 0; token < logits.length; token++) mass += probabilities[token] = weigh(token);
  } else {
    mass = keepMostLikely(probabilities, logits, weigh, Math.floor(topK), topP);
  }
  for (let token = 0; token < probabilities.length; token++) probabilities[token] /= mass;
  return probabilities;
}

/** The first token of the largest logit. Throws a RangeError on a NaN. */
function mostLikely(logits: ArrayLike<number>): number {
  let best = 0;
  for (let token = 0; token < logits.length; token++) {
    if (Number.isNaN(logits[token]))
      throw new RangeError(`Logit ${token} is NaN; the model has diverged, or its output is not logits.`);
    if (logits[token] > logits[best]) best = token;
  }
  return best;
}

/** Writes the weights of those that top-k and then top-p leave into zeros; gives their sum. */
function keepMostLikely(
  weights: Float64Array,
  logits: ArrayLike<number>,
  weigh: (token: number) => number,
  topK: number,
  topP: number,
): number {
  const kept = Array.from(logits, (_, token) => token)
    .sort((a, b) => logits[b] - logits[a])
    .slice(0, topK);
  const total = kept.reduce((sum, token) => sum + weigh(token), 0);
  let mass = 0;
  for (let rank = 0; rank < kept.length && (rank === 0 || mass < topP * total); rank++)
    mass += weights[kept[rank]] = weigh(kept[rank]);
  return mass;
}

/**
 * Draws the next token's number from a model's logits. Top-k (Fan et al. 2018) is applied before top-p (Holtzman et al. 2020).
 *
 * @example
 * const logits = [0, 5, 1];
 * console.log(text.sampleToken(logits, { temperature: 0 }), text.sampleToken(logits, { random: () => 0.999 })); // 1 2
 */
export function sampleToken(logits: ArrayLike<number>, options: SamplingOptions = {}): number {
  const probabilities = samplingDistribution(logits, options);
  let left = (options.random ?? Math.random)();
  let last = 0;
  for (let token = 0; token < probabilities.length; token++) {
    if (probabilities[token] === 0) continue;
    last = token;
    left -= probabilities[token];
    if (left < 0) return token;
  }
  return last;
}
