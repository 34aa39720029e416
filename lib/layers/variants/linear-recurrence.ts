/** Logarithms of gates, and the recurrence h[t] = a[t]∘h[t-1] + v[t] with 0 < a and 0 <= v, all steps at once, in the space of logarithms. */
import { tf } from '../../backend';

/** The logarithm of nothing, finite so that differences of two are defined. */
const LOG_ZERO = -1e30;

/** log σ(x); the gradient of `tf.logSigmoid` needs its input after it is disposed of. */
export function logSigmoid(x: tf.Tensor): tf.Tensor {
  return tf.neg(tf.softplus(tf.neg(x)));
}

/** `log(exp(a) + exp(b))` without overflow. */
const logAddExp = tf.customGrad((...args) => {
  const [a, b, save] = args as unknown as [tf.Tensor, tf.Tensor, tf.GradSaveFunc];
  const sum = tf.maximum(a, b).add(tf.exp(tf.neg(tf.abs(tf.sub(a, b)))).log1p());
  save([a, b, sum]);
  const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
    const [x, y, total] = saved;
    return [dy.mul(tf.exp(x.sub(total))), dy.mul(tf.exp(y.sub(total)))];
  };
  return { value: sum, gradFunc };
});

/** The steps of a linear recurrence, each `[batch, time, units]`. */
export interface LogSteps {
  logDecay: tf.Tensor3D;
  logInput: tf.Tensor3D;
}

/** The same where steps that do not count, of a mask `[batch, time]`, keep the state: a is 1 there and v is 0. */
export function keepMasked({ logDecay, logInput }: LogSteps, mask: tf.Tensor2D): LogSteps {
  const counts = mask.toBool().expandDims(2);
  return {
    logDecay: tf.where(counts, logDecay, tf.zerosLike(logDecay)),
    logInput: tf.where(counts, logInput, tf.fill<tf.Rank.R3>(logInput.shape, LOG_ZERO)),
  };
}

/**
 * `h` `[batch, time, units]` from `first` `[batch, units]`, zeros unless given: a parallel scan (Hillis and Steele 1986) over pairs (log a,
 * log v), in log2(time) rounds; the scan in logarithms is that of Heinsen 2023 and of Feng et al. 2024. `first` may have any sign, for it
 * enters by its product with all decays.
 */
export function scan({ logDecay, logInput }: LogSteps, first?: tf.Tensor2D): tf.Tensor3D {
  const [batch, time, units] = logInput.shape;
  const part = (x: tf.Tensor3D, from: number, to: number): tf.Tensor3D =>
    tf.slice(x, [0, from, 0], [batch, to - from, units]);
  let [decay, input] = [logDecay, logInput];
  for (let reach = 1; reach < time; reach *= 2) {
    const later = part(decay, reach, time);
    const carried = later.add<tf.Tensor3D>(part(input, 0, time - reach));
    input = tf.concat([part(input, 0, reach), logAddExp(part(input, reach, time), carried) as tf.Tensor3D], 1);
    decay = tf.concat<tf.Tensor3D>([part(decay, 0, reach), later.add<tf.Tensor3D>(part(decay, 0, time - reach))], 1);
  }
  const h = tf.exp(input);
  return first ? h.add(tf.exp(decay).mul(first.expandDims(1))) : h;
}
