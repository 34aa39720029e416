/** What makes a file a notebook of nbformat 4, as far as the runner, the linter and the book rely on it. */
import type { Stored } from './notebook';

type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isStrings = (value: unknown): boolean =>
  Array.isArray(value) && value.every((entry) => typeof entry === 'string');
const isText = (value: unknown): boolean => typeof value === 'string' || isStrings(value);
const isMissingOr = (holds: (value: unknown) => boolean, value: unknown): boolean =>
  value === undefined || holds(value);

/** JSON in its own right, whose value is not text. */
export const isJsonType = (type: string): boolean => type === 'application/json' || type.endsWith('+json');

/** What is wrong with a parsed notebook file, as the end of a sentence that begins with its name; undefined when nothing is. */
export function defectOf(notebook: unknown): string | undefined {
  if (!isFields(notebook) || notebook.nbformat !== 4 || !Array.isArray(notebook.cells)) {
    return 'is not a notebook of nbformat 4';
  }
  if (!isFields(notebook.metadata)) return 'has no metadata';
  for (const part of ['kernelspec', 'language_info']) {
    if (!isMissingOr(isFields, notebook.metadata[part])) return `has a ${part} that is no object`;
  }
  for (const [i, cell] of notebook.cells.entries()) {
    const defect = defectOfCell(cell);
    if (defect) return `is damaged: cell ${i + 1} ${defect}`;
  }
  return undefined;
}

function defectOfCell(cell: unknown): string | undefined {
  if (!isFields(cell)) return 'is no object';
  if (!['code', 'markdown', 'raw'].includes(cell.cell_type as string)) return 'is neither code nor markdown nor raw';
  if (!isText(cell.source)) return 'has a source that is no text';
  if (!isFields(cell.metadata)) return 'has no metadata';
  if (!isMissingOr(isStrings, cell.metadata.tags)) return 'has tags that are no list of texts';
  if (!isMissingOr((id) => typeof id === 'string', cell.id)) return 'has an id that is no text';
  const { outputs = [], execution_count: count } = cell;
  if (!Array.isArray(outputs)) return 'has outputs that are no list';
  if (count !== undefined && count !== null && !Number.isInteger(count)) return 'has a count that is no whole number';
  for (const [i, output] of outputs.entries()) {
    const defect = defectOfOutput(output);
    if (defect) return `has an output ${i + 1} that ${defect}`;
  }
  return undefined;
}

function defectOfOutput(output: unknown): string | undefined {
  if (!isFields(output)) return 'is no object';
  const { data = {}, metadata } = output;
  if (!isMissingOr(isFields, metadata)) return 'has metadata that are no object';
  switch (output.output_type) {
    case 'stream':
      return typeof output.name === 'string' && isText(output.text) ? undefined : 'is a stream without name or text';
    case 'error':
      return typeof output.ename === 'string' && typeof output.evalue === 'string' && isStrings(output.traceback)
        ? undefined
        : 'is an error without name, value or traceback';
    case 'display_data':
    case 'execute_result': {
      if (!isFields(data)) return 'has data that are no object';
      const bad = Object.keys(data).find((type) => !isJsonType(type) && !isText(data[type]));
      return bad === undefined ? undefined : `holds ${bad} that is no text`;
    }
    default:
      return 'is of an unknown type';
  }
}

/** Whether metadata are what `--write` stores; others count as none. */
export function isStored(value: unknown): value is Stored {
  if (!isFields(value) || !isFields(value.costs)) return false;
  const costs = Object.entries(value.costs);
  return (
    ['sources', 'code', 'outputs'].every((name) => isMissingOr((hash) => typeof hash === 'string', value[name])) &&
    isMissingOr((profile) => profile === 'quick' || profile === 'full', value.profile) &&
    costs.every(
      ([profile, cost]) =>
        ['quick', 'full'].includes(profile) &&
        isFields(cost) &&
        ['seconds', 'megabytes', 'cores'].every((name) => Number.isFinite(cost[name])),
    )
  );
}
