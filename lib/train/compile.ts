/**
 * `compile` with the names that Keras has. `optimizer: 'adam'` gives Keras's Adam and AdamW: by that name TensorFlow.js takes its own,
 * which adds epsilon at another place (tensorflow/tfjs `adam_optimizer.ts`) and runs an operation or more for each weight; it stays
 * available as `tf.train.adam()`.
 */
import { tf } from '../backend';
import { mendConstraints } from '../mends/constraints';
import { warn } from '../platform';
import { activationWarnings } from './loss/activations';
import { lossName, metricFor } from './loss/names';
import { optimizerFor } from './optimizers/names';

mendConstraints();

const { compile } = tf.LayersModel.prototype;

tf.LayersModel.prototype.compile = function (this: tf.LayersModel, args: tf.ModelCompileArgs): void {
  const optimizer = typeof args.optimizer === 'string' ? optimizerFor(args.optimizer) : args.optimizer;
  const loss = mapped(args.loss, lossName) as tf.ModelCompileArgs['loss'];
  const metrics = mapped(args.metrics, metricFor) as tf.ModelCompileArgs['metrics'];
  compile.call(this, { ...args, optimizer, loss, metrics });
  this.metrics = args.metrics as tf.LayersModel['metrics']; // measured by the names that were asked for
  for (const warning of activationWarnings(this)) warn(warning);
  // the model has made its optimizer and disposes of it
  if (optimizer !== args.optimizer) (this as unknown as { isOptimizerOwned: boolean }).isOptimizerOwned = true;
};

/** The names in a list or an object, or one, replaced; all else as it is. */
function mapped(given: unknown, replace: (name: string) => unknown): unknown {
  if (typeof given === 'string') return replace(given);
  if (Array.isArray(given)) return given.map((part) => mapped(part, replace));
  if (typeof given !== 'object' || given === null) return given;
  return Object.fromEntries(Object.entries(given).map(([key, part]) => [key, mapped(part, replace)]));
}
