/** A bound on the weights of a model that is built from a file: first weights are drawn before the file's are read. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { tf } from '../../backend';

interface Room {
  numbers: number;
}

const rooms = new AsyncLocalStorage<Room>();

/** Runs `build`. @throws Error that names the layer with which weights become more than `numbers`. */
export function withRoomFor<T>(numbers: number, build: () => T): T {
  return rooms.run({ numbers }, build);
}

interface Weighty {
  name: string;
  addWeight(this: Weighty, name: string, shape: number[], ...rest: unknown[]): tf.LayerVariable;
}

const prototype = tf.layers.Layer.prototype as unknown as Weighty;
const { addWeight } = prototype;

prototype.addWeight = function (this: Weighty, name, shape, ...rest) {
  const room = rooms.getStore();
  if (room && (room.numbers -= tf.util.sizeFromShape(shape)) < 0)
    throw new Error(`layer "${this.name}" has a ${name} of the shape [${shape}], for which the file is too small.`);
  return addWeight.call(this, name, shape, ...rest);
};
