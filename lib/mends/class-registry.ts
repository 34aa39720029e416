/**
 * Classes of this library under the names of TensorFlow.js' own ("LSTM", "GRU", …): `tf.loadLayersModel` makes ours, and what is built by
 * hand of stock layers stays stock. The registry of TensorFlow.js knows one class for a name, and its wrappers look up there as well.
 */
import * as tf from '@tensorflow/tfjs';
import { applyMend } from './mend';

type Constructor = tf.serialization.SerializableConstructor<tf.serialization.Serializable>;
type FromConfig = tf.serialization.FromConfigMethod<tf.serialization.Serializable>;
type Entry = [Constructor, FromConfig];

const mend = {
  wrong: 'a name stands for one class everywhere',
  issue: 'none',
  dependency: '@tensorflow/tfjs',
  version: '4.22.0',
};
const registry = (): Record<string, Entry> =>
  tf.serialization.SerializationMap.getMap().classNameMap as Record<string, Entry>;

let depth = 0;

/** Runs `compute`; classes that are looked up by name meanwhile are this library's, where it has one of that name. */
export function withOwnClasses<T>(compute: () => T): T {
  depth++;
  try {
    return compute();
  } finally {
    depth--;
  }
}

/** Registers a class under its name. Where TensorFlow.js has one of that name, `owns` tells configurations of ours from stock ones. */
export function registerOwnClass(own: Constructor, owns: (config: tf.serialization.ConfigDict) => boolean): void {
  const name = own.className;
  const map = registry();
  applyMend(`class ${name}`, mend, map, tf.version['tfjs-layers'], () => {
    if (!map[name]) return tf.serialization.registerClass(own);
    const [stock, fromConfig] = map[name];
    const choose: FromConfig = (_constructor, config, ...rest) =>
      depth > 0 || owns(config) ? own.fromConfig(own, config, ...(rest as [])) : fromConfig(stock, config, ...rest);
    map[name] = [stock, choose];
  });
}

/** Makes the models that TensorFlow.js loads consist of this library's layers. */
export function mendLoading(): void {
  const map = registry();
  applyMend('model loading', mend, map, tf.version['tfjs-layers'], () => {
    for (const name of ['Model', 'Functional', 'Sequential']) {
      const [model, fromConfig] = map[name];
      map[name] = [model, (...args) => withOwnClasses(() => fromConfig(...args))];
    }
  });
}
