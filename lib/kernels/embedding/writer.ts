/** What a tier does for look-ups: rows, and the gradient of a table, whose numbers are written when something first reads them. */
import type { tf } from '../../backend';
import type { Lookup, LookupGradients } from './lookup';

/** What is computed late, and how to let go of it. */
export interface Late<Parts> {
  parts: Parts;
  release(parts: Parts): void;
}

/** A tensor, and what it is computed from until it is. */
export interface LateTensor<Parts> {
  tensor: tf.Tensor;
  data: { readonly parts: Parts | undefined };
}

export interface TableWriter {
  rows(shape: number[], late: Late<Lookup>): LateTensor<Lookup>;
  /** @param shape of the table */
  gradient(shape: [number, number], late: Late<LookupGradients>): LateTensor<LookupGradients>;
}
