/**
 * A model from a file draws first weights for every layer before the file's own are read, however large the file says they are: a file of
 * a few bytes can ask for 100 GB. While `withRoomFor` builds a model, more weights than the file can hold are refused.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import * as tf from '@tensorflow/tfjs';
import { applyMend } from './mend';

interface Room {
  numbers: number;
}

interface Weighty {
  name: string;
  addWeight(this: Weighty, name: string, shape: number[], ...rest: unknown[]): tf.LayerVariable;
  [key: symbol]: AsyncLocalStorage<Room> | undefined;
}

const prototype = tf.layers.Layer.prototype as unknown as Weighty;
const mark = Symbol.for('lstm-lab.weight-room');

/** The bounds of the models that are being built, the same for all copies of this library. */
const rooms = (prototype[mark] ??= new AsyncLocalStorage<Room>());

/** Lets `withRoomFor` see every weight that a layer adds. */
export function mendWeightRoom(): void {
  const mend = {
    wrong: 'a model file can ask for more weights than it holds',
    issue: 'none',
    dependency: '@tensorflow/tfjs',
    version: '4.22.0',
  };
  applyMend('Layer.addWeight', mend, prototype, tf.version['tfjs-layers'], () => {
    const { addWeight } = prototype;
    prototype.addWeight = function (this: Weighty, name, shape, ...rest) {
      const room = rooms.getStore();
      if (room && (room.numbers -= tf.util.sizeFromShape(shape)) < 0)
        throw new Error(`layer "${this.name}" has a ${name} of the shape [${shape}], for which the file is too small.`);
      return addWeight.call(this, name, shape, ...rest);
    };
  });
}

/** Runs `build`. @throws Error that names the layer with which weights become more than `numbers`. */
export function withRoomFor<T>(numbers: number, build: () => T): T {
  return rooms.run({ numbers }, build);
}
