/** TensorFlow.js' plain JavaScript backend greets its first user in Node with a banner about tfjs-node; nobody has reported it. */
import type * as tfjs from '@tensorflow/tfjs';

/** Takes the banner away: tfjs-node has been tried when this backend computes. */
export function quietCpuBackend(tf: typeof tfjs): void {
  Object.assign(tf.findBackend('cpu') ?? {}, { firstUse: false });
}
