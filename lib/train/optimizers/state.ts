/** Saving and giving back all that an optimizer remembers. */
import { tf } from '../../backend';

/** A tensor of an optimizer's state. */
export type NamedTensor = Awaited<ReturnType<tf.Optimizer['getWeights']>>[number];

/** Private numbers of TensorFlow.js's Adam: its powers of beta, which its own `setWeights` computes anew and rounds otherwise. */
interface StockAdam {
  accBeta1: tf.Variable;
  accBeta2: tf.Variable;
}

const betaPowers = 'beta_powers';

/** The state of an optimizer as tensors by name; those who call this dispose of them. */
export async function optimizerState(optimizer: tf.Optimizer): Promise<NamedTensor[]> {
  const inner = innermost(optimizer);
  const iterations = inner.iterations ?? 0;
  const state = (await inner.getWeights()).map(({ name, tensor }, i) => {
    if (i > 0) return { name, tensor: tensor.clone() };
    tensor.dispose(); // made for this call, and its value is iterations
    return { name, tensor: tf.scalar(iterations, 'int32') as tf.Tensor };
  });
  if (isStockAdam(inner)) state.push({ name: betaPowers, tensor: tf.stack([inner.accBeta1, inner.accBeta2]) });
  return state;
}

/** Gives an optimizer the state that `optimizerState` returned; the tensors stay the caller's. */
export async function restoreOptimizer(optimizer: tf.Optimizer, state: NamedTensor[]): Promise<void> {
  const inner = innermost(optimizer);
  const powers = state.find(({ name }) => name === betaPowers);
  const own = state.filter((part) => part !== powers).map(({ name, tensor }) => ({ name, tensor: tensor.clone() }));
  const replaced = await inner.getWeights();
  await inner.setWeights(own);
  // TensorFlow.js's optimizers forget to dispose of what setWeights replaces
  const done = [...own, ...replaced].map(({ tensor }) => tensor);
  tf.dispose(done.filter((tensor) => !tensor.isDisposed)); // a variable must not be disposed of twice
  if (powers && isStockAdam(inner)) {
    const { accBeta1, accBeta2 } = inner;
    tf.tidy(() => {
      const [first, second] = tf.unstack(powers.tensor);
      accBeta1.assign(first as tf.Scalar);
      accBeta2.assign(second as tf.Scalar);
    });
  }
}

function innermost(optimizer: tf.Optimizer): tf.Optimizer {
  const { unclipped } = optimizer as { unclipped?: tf.Optimizer };
  return unclipped ? innermost(unclipped) : optimizer;
}

/** TensorFlow.js's Adam; `instanceof` is no help, every optimizer passes it (tf.Optimizer defines Symbol.hasInstance). */
function isStockAdam(optimizer: tf.Optimizer): optimizer is tf.Optimizer & StockAdam {
  return (optimizer as Partial<StockAdam>).accBeta1 !== undefined;
}
