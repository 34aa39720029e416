/**
 * The rows of a batch, sorted by their lengths and put back: PyTorch does so around a recurrent layer (`enforce_sorted=False`). A layer takes
 * its rows each for itself, so nothing is moved here; a view only notes in which order the graph has its rows.
 */
import type { NodeProto } from '../proto';
import type { Call } from './call';
import { countsRows, givesLengths, tellsLengths } from './masks';
import { free } from './size';
import type { RowOrder, Value } from './values';
import { type View, axisOf } from './view';

const isRows = (value: Value | undefined): value is RowOrder => value?.kind === 'rows';

/** What an operator does with an order of rows; undefined where it has nothing to do with one. */
export function rowsMoved({
  node,
  inputs,
  attributes,
}: Pick<Call, 'node' | 'inputs' | 'attributes'>): Value[] | undefined {
  const [x, other] = inputs;
  switch (node.opType) {
    case 'TopK': {
      const isOrder = (tellsLengths(x) || givesLengths(x)) && countsRows(other);
      return isOrder
        ? [
            { ...x, isSorted: true },
            { kind: 'rows', isBack: false },
          ]
        : undefined;
    }
    case 'Cast':
    case 'Identity':
      return isRows(x) ? [x] : x?.kind === 'computed' && x.isSorted ? [x] : undefined;
    case 'Shape':
      return isRows(x) ? [{ kind: 'sizes', isList: true, items: [free('batch')] }] : undefined;
    case 'ScatterElements':
      return isRows(other) && !other.isBack && x?.kind === 'fill' ? [{ kind: 'rows', isBack: true }] : undefined;
    case 'Gather': {
      if (x?.kind !== 'view' || !isRows(other)) return undefined;
      const isBatch = String(x.axes[axisOf(x.axes.length, attributes.int('axis', 0))]) === '0';
      if (!isBatch || (x.isSorted ?? false) !== other.isBack)
        throw new Error('it puts rows in an order that is not theirs');
      return [{ ...x, isSorted: !other.isBack }];
    }
    default:
      return undefined;
  }
}

/** The results of an operator with the order of the rows that it took. @throws Error where it joins rows in several orders */
export function inOrder({ opType }: NodeProto, inputs: (Value | undefined)[], results: Value[]): Value[] {
  const views = inputs.filter((value): value is View => value?.kind === 'view');
  const sorted = views.filter(({ isSorted }) => isSorted);
  if (sorted.length === 0 || opType === 'Shape') return results;
  if (sorted.length < views.length) throw new Error('it joins rows that are sorted by length with others that are not');
  return results.map((result) => {
    if (result?.kind === 'computed') throw new Error('it computes with rows that are sorted by length');
    return result?.kind === 'view' ? { ...result, isSorted: true } : result;
  });
}
