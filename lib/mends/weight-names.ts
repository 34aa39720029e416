/** Files whose weights carry a suffix that their layer does not: Keras 2 wrote `lstm_10_1/kernel` for a layer `lstm_10` of a model loaded twice. */
import * as tf from '@tensorflow/tfjs';
import { applyMend } from './mend';

type Weights = Record<string, unknown>;
interface Container {
  layers: { name: string; weights: { originalName: string }[] }[];
  loadWeights(weights: Weights, strict?: boolean): void;
}

const layerOf = (weight: string): string => weight.split('/', 1)[0];

/**
 * The weights of a file, under the names of the model's layers. A name is changed only where one layer and one alone can be meant.
 *
 * @param layers the names of the model's layers that have weights
 */
export function withoutSuffixes(weights: Weights, layers: string[]): Weights {
  const known = new Set(layers);
  const named = new Set(Object.keys(weights).map(layerOf));
  const candidates = new Map<string, string[]>();
  for (const name of named) {
    const stem = name.replace(/_\d+$/, '');
    if (known.has(stem)) candidates.set(stem, [...(candidates.get(stem) ?? []), name]);
  }
  const meant = (name: string): string => {
    const stem = name.replace(/_\d+$/, '');
    const unique = !known.has(name) && !named.has(stem) && candidates.get(stem)?.length === 1;
    return unique ? stem : name;
  };
  return Object.fromEntries(
    Object.entries(weights).map(([name, weight]) => {
      const layer = layerOf(name);
      return [meant(layer) + name.slice(layer.length), weight];
    }),
  );
}

/** Lets TensorFlow.js load such files. */
export function mendWeightNames(): void {
  const container = Object.getPrototypeOf(tf.LayersModel.prototype) as Container;
  const mend = {
    wrong: 'weights named after a second instance of their layer are refused',
    issue: 'tensorflow/tfjs #755',
    dependency: '@tensorflow/tfjs',
    version: '4.22.0',
  };
  applyMend('Container.loadWeights', mend, container, tf.version['tfjs-layers'], () => {
    const { loadWeights } = container;
    container.loadWeights = function (this: Container, weights, strict) {
      const layers = this.layers.flatMap((layer) => layer.weights.map((weight) => layerOf(weight.originalName)));
      loadWeights.call(this, withoutSuffixes(weights, layers), strict);
    };
  });
}
