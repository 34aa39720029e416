/** Which device trains a model where there is a card: its small operations cost more than they compute, so small models stay on the processor. */
import { backendInfo, choosesDevice, computesOnCard, onDevice, tf, type Device } from '../backend';
import { suitsCard } from '../layers';
import type { Batch } from './data/batches';

/**
 * From so many multiplications on, in one batch's way through the model, a card takes less time than a processor with so many threads.
 * Measured on an H200, in 10^9: beside 4 threads the card is slower at 0.6 and faster at 1.5; beside 16 it is slower at 0.6, faster in
 * training and slower in prediction at 1.5, and faster in both at 3.4. This gives 1.1 and 2.1; between and beyond, by the root of the threads.
 */
export const cardPaysFrom = (threads: number): number => 2 ** 29 * Math.sqrt(threads);

/** The device for a model on batches whose first input has this shape. */
export function deviceFor(model: tf.LayersModel, shape: tf.Shape): Device {
  if (!choosesDevice()) return computesOnCard() ? 'gpu' : 'cpu';
  const layers = layersOf(model);
  const isLarge = multiplications(model, shape) >= cardPaysFrom(backendInfo().threads);
  return isLarge && layers.every(suitsCard) ? 'gpu' : 'cpu';
}

/** How often a model multiplies for one batch: each matrix among its weights at each place of the layer's input. */
export function multiplications(model: tf.LayersModel, [batch, time]: tf.Shape): number {
  const places = (shape: tf.Shape) =>
    shape.slice(1, -1).reduce<number>((count, size) => count * (size ?? time ?? 1), batch ?? 1);
  const sum = (numbers: number[]) => numbers.reduce((total, value) => total + value, 0);
  return sum(
    layersOf(model).map((layer) => {
      if (layer.getClassName() === 'Embedding') return 0; // rows are looked up
      const matrices = layer.weights.filter(({ shape }) => shape.length === 2);
      const size = sum(matrices.map(({ shape }) => shape[0]! * shape[1]!));
      return size * sum(layer.inboundNodes.map(({ inputShapes }) => places((inputShapes as tf.Shape[])[0])));
    }),
  );
}

function layersOf(model: tf.LayersModel): tf.layers.Layer[] {
  return model.layers.flatMap((layer) => (layer instanceof tf.LayersModel ? layersOf(layer) : [layer]));
}

/** Batches made on the device that computes with them; `device` is asked before each, and undefined until the first is known. */
export async function* madeOn(
  batches: Iterable<Batch> | AsyncIterable<Batch>,
  device: () => Device | undefined,
): AsyncIterable<Batch> {
  const source = Symbol.asyncIterator in batches ? batches[Symbol.asyncIterator]() : batches[Symbol.iterator]();
  try {
    for (;;) {
      const next = await onDevice(device() ?? 'cpu', () => source.next());
      if (next.done) return;
      yield next.value;
    }
  } finally {
    await source.return?.();
  }
}
