/** Files whose weights carry a suffix that their layer does not: Keras 2 wrote `lstm_10_1/kernel` for a layer `lstm_10` of a model loaded twice. */
import * as tf from '@tensorflow/tfjs';
import { applyMend } from './mend';

type Weights = Record<string, unknown>;
interface Container {
  layers: { weights: { originalName: string }[] }[];
  loadWeights(weights: Weights, strict?: boolean): void;
}

const layerOf = (weight: string): string => weight.split('/', 1)[0];

const withoutSuffix = (layer: string): string => layer.replace(/_\d+$/, '');

/** The weights of a file, under the names of the model's `layers`. A name is changed only where one layer and one alone can be meant. */
function withoutSuffixes(weights: Weights, layers: string[]): Weights {
  const known = new Set(layers);
  const named = [...new Set(Object.keys(weights).map(layerOf))];
  const isAlone = (layer: string) =>
    named.filter((name) => name === layer || withoutSuffix(name) === layer).length === 1;
  const meant = (name: string): string => {
    const layer = withoutSuffix(name);
    return !known.has(name) && known.has(layer) && isAlone(layer) ? layer : name;
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
