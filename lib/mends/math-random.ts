/** TensorFlow.js has no global seed: an initializer, a dropout layer or a shuffle without one asks `Math.random` (tensorflow/tfjs #2219). */

/** The `Math.random` that this process began with. */
export const unseededRandom = Math.random;

/** Makes `Math.random` give the numbers of a stream. */
export function replaceRandom(uniform: () => number): void {
  Math.random = uniform;
}
