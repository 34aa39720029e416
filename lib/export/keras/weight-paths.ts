/** Where Keras 3 keeps each weight of a layer in the tree of a weights file. */
import type { tf } from '../../backend';

/** A weight and the path of its array, for example `layers/lstm/cell/vars/0`. */
export type WeightPath = [path: string, weight: tf.LayerVariable];

interface Parts {
  layers?: tf.layers.Layer[];
  cell?: tf.layers.Layer;
  cells?: tf.layers.Layer[];
  forwardLayer?: tf.layers.Layer;
  backwardLayer?: tf.layers.Layer;
  layer?: tf.layers.Layer;
}

/**
 * The weights of a layer or a model with their paths. `orderOf` gives the layers of a model in the order of the file, which numbers
 * layers of one class: `lstm`, `lstm_1`, …
 */
export function weightPaths(
  layer: tf.layers.Layer,
  orderOf: (model: tf.layers.Layer) => tf.layers.Layer[],
  path = '',
): WeightPath[] {
  const { layers, cell, cells, forwardLayer, backwardLayer, layer: inner } = layer as Parts;
  const inside = (part: tf.layers.Layer, name: string) => weightPaths(part, orderOf, `${path}${name}/`);
  const listed = (parts: tf.layers.Layer[], name: string) =>
    numbered(parts).flatMap(([folder, part]) => inside(part, `${name}/${folder}`));
  if (layers) return listed(orderOf(layer), 'layers');
  if (cells) return listed(cells, 'cells');
  if (forwardLayer && backwardLayer)
    return [...inside(forwardLayer, 'forward_layer'), ...inside(backwardLayer, 'backward_layer')];
  if (cell) return inside(cell, 'cell');
  if (inner) return inside(inner, 'layer');
  if (layer.getClassName() === 'MultiHeadAttention') return attentionPaths(layer, path);
  return layer.weights.map((weight, i) => [`${path}vars/${i}`, weight]);
}

/** Each projection of an attention is a layer in Keras. */
function attentionPaths(layer: tf.layers.Layer, path: string): WeightPath[] {
  const parts = ['query_dense', 'key_dense', 'value_dense', 'output_dense'];
  const each = layer.weights.length / parts.length;
  return layer.weights.map((weight, i) => [`${path}${parts[Math.floor(i / each)]}/vars/${i % each}`, weight]);
}

/** Layers by the names that Keras gives their folders: the class in snake_case, with a number from the second of a class on. */
function numbered(layers: tf.layers.Layer[]): [folder: string, layer: tf.layers.Layer][] {
  const counts = new Map<string, number>();
  return layers.map((layer) => {
    const kind = snakeCase(className(layer));
    const count = counts.get(kind) ?? 0;
    counts.set(kind, count + 1);
    return [count === 0 ? kind : `${kind}_${count}`, layer];
  });
}

const className = (layer: tf.layers.Layer): string =>
  layer.getClassName() === 'Model' ? 'Functional' : layer.getClassName();

/** `LSTMCell` as `lstm_cell`, as keras.src.utils.naming.to_snake_case has it. */
const snakeCase = (name: string): string =>
  name
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();

/** The path at which Keras 2 keeps the same array: it writes the names of private attributes. */
export const pathOfKeras2 = (path: string): string => path.replace(/(query|key|value|output)_dense/, '_$1_dense');
