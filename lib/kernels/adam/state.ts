/** What Adam works on, whichever way it is computed. */
import type { tf } from '../../backend';

/** A weight and the gradient of the loss with respect to it. */
export interface WeightGradient {
  /** The weight's; its running means are kept under it. */
  name: string;
  /** What the step changes. */
  weight: tf.Variable;
  /** Of the weight's shape. */
  gradient: tf.Tensor;
}

/** The numbers of one step: `w -= w * decay`, then `w -= alpha * m / (sqrt(v) * rootScale + epsilon)`. */
export interface AdamNumbers {
  /** The learning rate, corrected for the first steps. */
  alpha: number;
  /** What the root of `v` is multiplied by. */
  rootScale: number;
  /** What keeps the quotient finite. */
  epsilon: number;
  /** How much of `m` stays in a step. */
  beta1: number;
  /** How much of `v` stays in a step. */
  beta2: number;
  /** The share of the weight itself that a step takes away. */
  decay: number;
  /**
   * What `v` follows for a table's row that was looked up more than once: Keras on TensorFlow takes the squares of the look-ups (unless
   * all gradients' norm is clipped) and clips each; everybody else takes the square of their sum. Default: the sum.
   */
  squares?: 'lookups' | 'sum';
}

/** How gradients are clipped first: each entry, the norm of each weight's gradient, or the norm of all together (Keras' formulas). */
export type GradientClip = { value: number } | { norm: number } | { globalNorm: number };

/** The two running means that Adam keeps for a weight; the tensors belong to the `AdamState`, until its next step. */
export interface Moments {
  /** The weight's. */
  name: string;
  /** The running mean of its gradients. */
  first: tf.Tensor;
  /** The running mean of their squares. */
  second: tf.Tensor;
}

/** Adam's memory, and its step. */
export interface AdamState {
  /** Updates weights; throws and leaves them as they are when a shape does not fit. */
  step(weights: WeightGradient[], numbers: AdamNumbers, clip?: GradientClip): void;
  /** The running means of all weights so far, in the order of their first step. */
  moments(): Moments[];
  /** Replaces them; copies the tensors. */
  restore(moments: Moments[]): void;
  /** Frees the running means. */
  dispose(): void;
}
