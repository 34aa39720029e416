/** The value of a cell's last expression, in the forms a notebook can show. */
import { toJson, type MimeBundle } from '../display';
import { asTable } from './data-frame';
import { renderTable } from './table';
import { describeTensor, isTensor } from './tensor';
import { asText } from './text';

const displaySymbol = Symbol.for('Jupyter.display');

/** Nothing for `undefined`, and for a value that has already shown itself (an empty bundle). */
export async function toBundle(value: unknown): Promise<MimeBundle | undefined> {
  if (value === undefined) return undefined;
  try {
    const bundle = await specialBundle(value);
    if (bundle) return Object.keys(bundle).length > 0 ? bundle : undefined;
  } catch {
    // Its own code failed, a library's or a trap's. The value is there all the same.
  }
  return { 'text/plain': asText(value) };
}

/** What is shown by more than its fields; an empty bundle for what has shown itself. */
async function specialBundle(value: unknown): Promise<MimeBundle | undefined> {
  if (isTensor(value)) return { 'text/plain': describeTensor(value, true) };
  const table = asTable(value);
  if (table) return renderTable(table);
  if (isDisplayable(value)) {
    const bundle = toJson(await value[displaySymbol]());
    JSON.stringify(bundle); // Throws on what cannot travel: a bigint, a circle.
    return bundle;
  }
  const summary = modelSummary(value);
  return summary === undefined ? undefined : { 'text/plain': summary };
}

function isDisplayable(value: unknown): value is Record<symbol, () => MimeBundle | Promise<MimeBundle>> {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return false;
  return typeof (value as Record<symbol, unknown>)[displaySymbol] === 'function';
}

/** A layers model says more by its summary than by its fields; one not built yet has none. */
function modelSummary(value: unknown): string | undefined {
  const model = value as LayersModel | null;
  if (typeof model?.summary !== 'function' || !Array.isArray(model.layers)) return undefined;
  const lines: string[] = [];
  model.summary(undefined, undefined, (line) => lines.push(line));
  return lines.join('\n');
}

interface LayersModel {
  layers: unknown[];
  summary(lineLength: undefined, positions: undefined, print: (line: string) => void): void;
}
