/** The course's synthetic data: two sine waves with noise. */
import { tf } from '../backend';
import { RandomState } from './random-state';

/**
 * Sums of two sine waves of random frequency and phase, with uniform noise of 0.1 peak to peak: `[batchSize, nSteps, 1]`.
 *
 * Equal to the NumPy function `generate_time_series` after `numpy.random.seed(seed)`, within one float32 ulp
 * (Géron, Hands-On Machine Learning, chapter 15):
 *
 *     0.5 sin((t - o1)(10 f1 + 10)) + 0.2 sin((t - o2)(20 f2 + 20)) + 0.1 (u - 0.5),   t = 0 … 1
 *
 * @throws RangeError when a count is no positive integer or the seed is not in [0, 2^32).
 *
 * @example
 * const x = series.generateTimeSeries(2, 50, 42);
 * console.log(x.shape, x.dataSync()[0].toFixed(6)); // [ 2, 50, 1 ] -0.590673
 */
export function generateTimeSeries(batchSize: number, nSteps: number, seed: number): tf.Tensor3D {
  for (const [name, n] of Object.entries({ batchSize, nSteps })) {
    if (!Number.isSafeInteger(n) || n < 1) throw new RangeError(`${name} is an integer of 1 or more; got ${n}.`);
  }
  const random = new RandomState(seed);
  const [freq1, freq2, offset1, offset2] = [0, 1, 2, 3].map(() => random.rand(batchSize));
  const time = timeAxis(nSteps);
  const values = new Float32Array(batchSize * nSteps);
  for (let b = 0, i = 0; b < batchSize; b++) {
    for (let t = 0; t < nSteps; t++, i++) {
      const wave1 = 0.5 * Math.sin((time[t] - offset1[b]) * (freq1[b] * 10 + 10));
      const wave2 = 0.2 * Math.sin((time[t] - offset2[b]) * (freq2[b] * 20 + 20));
      values[i] = wave1 + wave2 + 0.1 * (random.random() - 0.5);
    }
  }
  return tf.tensor3d(values, [batchSize, nSteps, 1]);
}

/** `numpy.linspace(0, 1, n)`. */
function timeAxis(n: number): Float64Array {
  const step = n > 1 ? 1 / (n - 1) : 0;
  const time = Float64Array.from({ length: n }, (_, t) => t * step);
  if (n > 1) time[n - 1] = 1;
  return time;
}
