/** What a name in a graph of ONNX stands for while it becomes a model. */
import type { tf } from '../../../backend';
import type { Size } from './size';
import type { Wire } from './plan';
import type { View } from './view';

/** Numbers that the file holds, or that follow from them. */
export interface Constant {
  kind: 'constant';
  tensor: tf.Tensor;
}

/** Integers that tell how long axes are, in a list or one alone. */
export interface Sizes {
  kind: 'sizes';
  isList: boolean;
  items: Size[];
}

/** One number, everywhere in a tensor of whatever size, as first states are. */
export interface Fill {
  kind: 'fill';
  value: number;
}

/** Numbers for which there is no layer, but which can be computed for an example of the input. */
export interface Computed {
  kind: 'computed';
  /** The tensor of which they are made; none where they are made of lengths alone. */
  source?: View;
  run(example: Example): tf.Tensor;
  /** The single numbers that it is made with. */
  numbers: number[];
  /** Whether it is sorted by itself, as the lengths of rows may be. */
  isSorted?: boolean;
}

/** The places of the rows of a batch in the order of their lengths, or the way back from there. */
export interface RowOrder {
  kind: 'rows';
  isBack: boolean;
}

/** Numbers for some of the tensors, and how long their free axes are. */
export interface Example {
  feeds: Map<Wire, tf.Tensor>;
  sizes: Map<string, number>;
  /** The length of the other free axes: a sequence has as many steps as its mask. */
  steps?: number;
}

export type Value = Constant | Sizes | Fill | View | Computed | RowOrder;

/** A graph that works for one length only of an axis that its input leaves free: PyTorch writes the length of its example into some. */
export class WrittenLengthError extends Error {
  constructor(
    readonly axis: string,
    readonly length: number,
    sentence: string,
  ) {
    super(sentence);
  }
}

/** Why a graph cannot become a model, where it is the wrong axis that was taken for the batch. */
export class BatchAxisError extends Error {}
