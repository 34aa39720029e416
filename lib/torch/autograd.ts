/** Where gradients are taken, and where not. */
import { tf } from '../backend';
import type { Module } from './module';

/**
 * Runs `fn`, frees every tensor that it made but does not return, and lets no gradient through what it returns.
 *
 * PyTorch records every operation unless told not to. Here operations are recorded only while `optimizer.step` or
 * {@link gradients} runs its closure, so that outside of them this frees memory and no more.
 *
 * @example
 * const net = new torch.Linear(3, 2);
 * const before = tf.memory().numTensors;
 * const y = torch.noGrad(() => net.forward(tf.ones<tf.Rank.R2>([4, 3])));
 * console.log(y.shape, tf.memory().numTensors - before); // [ 4, 2 ] 1
 */
export function noGrad<T extends tf.TensorContainer>(fn: () => T): T {
  return tf.tidy(() => detached(fn()) as T);
}

/**
 * The same numbers, as a constant: no gradient passes (`tensor.detach()`).
 *
 * @example
 * const weight = tf.variable(tf.scalar(3));
 * const { grads } = tf.variableGrads(() => weight.mul(torch.detach(weight)).asScalar());
 * console.log(grads[weight.name].dataSync()[0]); // 3
 */
export function detach<T extends tf.Tensor>(x: T): T {
  const constant = tf.customGrad((input) => ({
    value: (input as T).clone(),
    gradFunc: () => tf.zerosLike(input as T),
  }));
  return constant(x) as T;
}

/** The loss and its gradient with respect to each parameter of a module, under PyTorch's names. */
export interface Gradients {
  /** Its value. */
  loss: number;
  /** For each parameter a tensor of its shape. */
  gradients: Record<string, tf.Tensor>;
}

/**
 * `loss.backward()`, with the gradients returned instead of kept in `parameter.grad`: there is nothing to zero.
 * A parameter that the loss does not depend on has no entry.
 * @throws RangeError when the closure returns no scalar.
 *
 * @example
 * const net = new torch.Linear(2, 1);
 * const { gradients } = torch.gradients(net, () => net.forward(tf.tensor2d([[3, 4]])).sum());
 * console.log(gradients.weight.arraySync(), gradients.bias.arraySync()); // [ [ 3, 4 ] ] [ 1 ]
 */
export function gradients(module: Module, closure: () => tf.Tensor): Gradients {
  return tf.tidy(() => {
    const named = [...module.namedParameters()];
    const { loss, gradients } = differentiate(
      closure,
      named.map(([, parameter]) => parameter),
    );
    const entries = named.flatMap(([name], i) => {
      const gradient = gradients[i];
      return gradient ? [[name, gradient] as const] : [];
    });
    return { loss: loss.dataSync()[0], gradients: Object.fromEntries(entries) };
  });
}

/** The scalar that a closure returns and its gradients; undefined where it does not depend on a parameter. */
export function differentiate(
  closure: () => tf.Tensor,
  parameters: tf.Variable[],
): { loss: tf.Scalar; gradients: (tf.Tensor | undefined)[] } {
  const { value, grads } = tf.variableGrads(() => {
    const loss: unknown = closure();
    if (!(loss instanceof tf.Tensor) || loss.rank !== 0) {
      const got = loss instanceof tf.Tensor ? `a tensor of shape [${loss.shape}]` : String(loss);
      throw new RangeError(`The closure returns the loss as a scalar tensor; got ${got}.`);
    }
    return loss as tf.Scalar;
  }, parameters);
  return { loss: value, gradients: parameters.map((p) => grads[p.name] as tf.Tensor | undefined) };
}

function detached(container: tf.TensorContainer): tf.TensorContainer {
  if (container instanceof tf.Tensor) return detach(container);
  if (Array.isArray(container)) return container.map(detached);
  const isPlain = typeof container === 'object' && container !== null && container.constructor === Object;
  if (!isPlain) return container;
  return Object.fromEntries(Object.entries(container).map(([key, value]) => [key, detached(value)]));
}
