/** The loss of an adaptive softmax, from what goes into the layer: each target costs the head and the cluster that it is in. */
import { tf } from '../../backend';
import type { AdaptiveSoftmax } from '../../layers/adaptive-softmax';
import { sparseLogits, type Loss } from './losses';

/**
 * `-log p(target)` for class numbers `[…]` and inputs of the layer `[…, features]`, one value a target. Reads the targets.
 * @throws RangeError when a target is no class of the layer.
 */
export function adaptiveCrossEntropy(layer: AdaptiveSoftmax): Loss {
  return (target, inputs) => {
    const rows = inputs.reshape([-1, inputs.shape[inputs.rank - 1]]) as tf.Tensor2D;
    const classes = target.dataSync();
    const [frequent] = layer.cutoffs;
    const places: number[][] = layer.clusters.map(() => []);
    const first = Int32Array.from(classes, (one, row) => {
      if (!(one >= 0 && one < layer.units))
        throw new RangeError(`${layer.name} has the classes 0 to ${layer.units - 1}; a target is ${one}.`);
      if (one < frequent) return one;
      const k = layer.clusters.findIndex(({ to }) => one < to);
      places[k].push(row);
      return frequent + k;
    });
    let loss = sparseLogits(tf.tensor1d(first, 'int32'), layer.headScores(rows));
    layer.clusters.forEach((cluster, k) => {
      if (places[k].length === 0) return;
      const own = tf.tensor1d(places[k], 'int32');
      const scores = layer.clusterScores(tf.gather(rows, own), cluster);
      const within = Int32Array.from(places[k], (row) => classes[row] - cluster.from);
      const values = sparseLogits(tf.tensor1d(within, 'int32'), scores) as tf.Tensor1D;
      loss = loss.add(tf.unsortedSegmentSum(values, own, classes.length));
    });
    return loss.reshape(inputs.shape.slice(0, -1));
  };
}
