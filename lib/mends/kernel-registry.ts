/**
 * Operations of our own in the place of TensorFlow.js' for one backend. Its registry refuses to register a name twice and knows nothing of
 * who came first, so a kernel is taken out and put in again, once for each process.
 */
import type { GradFunc, KernelFunc } from '@tensorflow/tfjs';
import { applyMend } from './mend';
import * as tf from '@tensorflow/tfjs';

const mend = (wrong: string) => ({ wrong, issue: 'none', dependency: '@tensorflow/tfjs', version: '4.22.0' });

/**
 * Replaces the kernel `name` of `backend`; `make` is given the stock one, for the calls that it leaves to it.
 * @param wrong what is wrong with the stock kernel
 */
export function replaceKernel(
  name: string,
  backend: string,
  wrong: string,
  make: (stock: KernelFunc) => KernelFunc,
): void {
  applyMend(`kernel ${name}: ${wrong}`, mend(wrong), tf.engine(), tf.version['tfjs-core'], () => {
    const stock = tf.getKernel(name, backend);
    tf.unregisterKernel(name, backend);
    tf.registerKernel({ ...stock, kernelFunc: make(stock.kernelFunc) });
  });
}

/** Replaces the gradient of the kernel `name`, of all backends; `make` is given the stock one. */
export function replaceGradient(name: string, wrong: string, make: (stock: GradFunc) => GradFunc): void {
  applyMend(`gradient ${name}`, mend(wrong), tf.engine(), tf.version['tfjs-core'], () => {
    const stock = tf.getGradient(name);
    tf.unregisterGradient(name);
    tf.registerGradient({ ...stock, gradFunc: make(stock.gradFunc) });
  });
}
