/** The value of a cell's last expression, in the forms a notebook can show. */
import { inspect } from 'node:util';
import { toJson, type MimeBundle } from '../display';
import { asTable } from './data-frame';
import { renderTable } from './table';
import { describeTensor, isTensor } from './tensor';

const displaySymbol = Symbol.for('Jupyter.display');

/** Nothing for `undefined`, and for a value that has already shown itself (an empty bundle). */
export async function toBundle(value: unknown): Promise<MimeBundle | undefined> {
  if (value === undefined) return undefined;
  if (isTensor(value)) return { 'text/plain': describeTensor(value, true) };
  const table = asTable(value);
  if (table) return renderTable(table);
  if (isDisplayable(value)) {
    const bundle = toJson(await value[displaySymbol]());
    return Object.keys(bundle).length > 0 ? bundle : undefined;
  }
  return { 'text/plain': modelSummary(value) ?? inspect(value, { depth: 4, breakLength: 100 }) };
}

function isDisplayable(value: unknown): value is Record<symbol, () => MimeBundle | Promise<MimeBundle>> {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return false;
  return typeof (value as Record<symbol, unknown>)[displaySymbol] === 'function';
}

/** A layers model says more by its summary than by its fields. */
function modelSummary(value: unknown): string | undefined {
  const model = value as LayersModel | null;
  if (typeof model?.summary !== 'function' || !Array.isArray(model.layers)) return undefined;
  const lines: string[] = [];
  try {
    model.summary(undefined, undefined, (line) => lines.push(line));
  } catch {
    return undefined; // Not built yet: its layers have no shapes.
  }
  return lines.join('\n');
}

interface LayersModel {
  layers: unknown[];
  summary(lineLength: undefined, positions: undefined, print: (line: string) => void): void;
}
