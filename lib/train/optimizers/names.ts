/** Optimizers by the names that Keras has for them, in any case. */
import type { tf } from '../../backend';
import { orNearest } from '../../options';
import { adam, adamW } from './adam';

const made: Record<string, () => tf.Optimizer> = { adam, adamw: adamW };
const stock = ['Adagrad', 'Adadelta', 'Adamax', 'RMSProp', 'SGD'];

/** The optimizer of a name: ours, or the name by which TensorFlow.js makes its own. Throws on an unknown one, with the nearest. */
export function optimizerFor(name: string): tf.Optimizer | string {
  const wanted = name.toLowerCase();
  if (Object.hasOwn(made, wanted)) return made[wanted]();
  const known = stock.find((candidate) => candidate.toLowerCase() === wanted);
  if (known) return known;
  const names = ['adam', 'adamW', ...stock.map((candidate) => candidate.toLowerCase())];
  throw new Error(`Unknown Optimizer ${name}${orNearest(name, names)} There are: ${names.join(', ')}.`);
}
