/**
 * `compile({ optimizer: 'adam' })` gives Keras's Adam and AdamW. By that name TensorFlow.js takes its own, which adds epsilon at another
 * place (tensorflow/tfjs `adam_optimizer.ts`) and runs an operation or more for each weight; it stays available as `tf.train.adam()`.
 */
import { tf } from '../../backend';
import { adam, adamW } from './adam';

const named: Record<string, () => tf.Optimizer> = { adam, adamw: adamW };

const { compile } = tf.LayersModel.prototype;

tf.LayersModel.prototype.compile = function (this: tf.LayersModel, args: tf.ModelCompileArgs): void {
  const { optimizer } = args;
  const make = typeof optimizer === 'string' ? named[optimizer.toLowerCase()] : undefined;
  compile.call(this, make ? { ...args, optimizer: make() } : args);
  // the model has made its optimizer and disposes of it
  if (make) (this as unknown as { isOptimizerOwned: boolean }).isOptimizerOwned = true;
};
