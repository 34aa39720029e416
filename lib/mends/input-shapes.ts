/** What a layer is told of its inputs: the shape of one, or a list of shapes. */
import type * as tf from '@tensorflow/tfjs';

/** The shapes of all inputs. */
export const inputShapes = (shape: tf.Shape | tf.Shape[]): tf.Shape[] =>
  (Array.isArray(shape[0]) ? shape : [shape]) as tf.Shape[];

/** A shape, or the first of a list of shapes. */
export const firstShape = (shape: tf.Shape | tf.Shape[]): tf.Shape => inputShapes(shape)[0];
