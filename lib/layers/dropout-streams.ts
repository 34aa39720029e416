import type { tf } from '../backend';
import { DropoutStream } from './dropout-mask';

/** Where layers keep the layers and cells inside them. */
interface Nest {
  dropoutStream?: unknown;
  layers?: Nest[];
  cells?: Nest[];
  cell?: Nest;
  layer?: Nest;
  forwardLayer?: Nest;
  backwardLayer?: Nest;
}

/** The streams of all dropout in a model, in the order of its layers; a checkpoint saves where they stand. */
export function dropoutStreams(model: tf.LayersModel): DropoutStream[] {
  const seen = new Set<Nest>();
  const found: DropoutStream[] = [];
  const visit = (nest: Nest | undefined) => {
    if (!nest || seen.has(nest)) return;
    seen.add(nest);
    if (nest.dropoutStream instanceof DropoutStream) found.push(nest.dropoutStream);
    for (const inner of [...(nest.layers ?? []), ...(nest.cells ?? [])]) visit(inner);
    for (const inner of [nest.layer, nest.cell, nest.forwardLayer, nest.backwardLayer]) visit(inner);
  };
  visit(model as unknown as Nest);
  return found;
}
