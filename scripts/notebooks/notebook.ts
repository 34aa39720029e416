/** The notebook file (nbformat 4.5): its types, reading and atomic writing, and the hashes that tell whether its outputs are fresh. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { defectOf, isJsonType, isStored } from './nbformat';
import { replaceFile } from '../../lib/files';

export type Text = string | string[];

export interface Output {
  output_type: 'stream' | 'display_data' | 'execute_result' | 'error';
  name?: string;
  text?: Text;
  data?: Record<string, unknown>;
  metadata?: Record<string, unknown>;
  execution_count?: number | null;
  ename?: string;
  evalue?: string;
  traceback?: string[];
}

export interface Cell {
  cell_type: 'code' | 'markdown' | 'raw';
  id?: string;
  source: Text;
  metadata: { tags?: string[]; [key: string]: unknown };
  outputs?: Output[];
  execution_count?: number | null;
  attachments?: Record<string, unknown>;
}

/** One profile's cost on the machine that stored it. */
export interface Cost {
  seconds: number;
  megabytes: number;
  cores: number;
}

/** What `npm run notebooks -- --write` knows of the stored outputs. */
export interface Stored {
  /** sha256 of every cell's source. */
  sources: string;
  /** sha256 of the code cells' sources alone: the outputs depend on nothing else. */
  code: string;
  /** sha256 of the stored outputs. */
  outputs: string;
  /** The profile that made the outputs. */
  profile: 'quick' | 'full';
  /** The cost of that profile's run, repeated here from `costs` for readers of the file. */
  seconds: number;
  megabytes: number;
  costs: { quick?: Cost; full?: Cost };
}

export interface Notebook {
  cells: Cell[];
  metadata: {
    kernelspec?: { name?: string; display_name?: string; language?: string };
    language_info?: { name?: string; [key: string]: unknown };
    lstm_lab?: Stored;
    [key: string]: unknown;
  };
  nbformat: number;
  nbformat_minor: number;
}

export const textOf = (text: Text | undefined): string => (Array.isArray(text) ? text.join('') : (text ?? ''));
export const tagsOf = (cell: Cell): string[] => cell.metadata.tags ?? [];

/**
 * Reads a notebook.
 * @throws Error with one sentence when the file is no notebook.
 */
export function readNotebook(file: string): Notebook {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`${path.basename(file)} cannot be read as a notebook: ${(error as Error).message}`);
  }
  const defect = defectOf(parsed);
  if (defect) throw new Error(`${path.basename(file)} ${defect}.`);
  const notebook = parsed as Notebook;
  if (!isStored(notebook.metadata.lstm_lab)) delete notebook.metadata.lstm_lab;
  return notebook;
}

/** Writes a notebook as JupyterLab does (one space of indentation, lines in arrays); the file is replaced whole or not at all. */
export function writeNotebook(file: string, notebook: Notebook): void {
  const cells = notebook.cells.map((cell) => ({
    ...cell,
    source: lines(cell.source),
    ...(cell.outputs && { outputs: cell.outputs.map(withLines) }),
  }));
  replaceFile(file, `${JSON.stringify(sorted({ ...notebook, cells }), null, 1)}\n`);
}

export const sourcesHash = (notebook: Notebook): string =>
  hash(notebook.cells.map((cell) => [cell.cell_type, textOf(cell.source)]));

export const codeHash = (notebook: Notebook): string =>
  hash(notebook.cells.filter((cell) => cell.cell_type === 'code').map((cell) => textOf(cell.source)));

export const outputsHash = (notebook: Notebook): string =>
  hash(notebook.cells.map((cell) => (cell.outputs ?? []).map(withoutLines)));

export const hasOutputs = (notebook: Notebook): boolean =>
  notebook.cells.some((cell) => (cell.outputs ?? []).length > 0);

/** What is no longer true of the stored outputs, in words; undefined when they are fresh or there are none. */
export function staleness(notebook: Notebook): string | undefined {
  if (!hasOutputs(notebook)) return undefined;
  const stored = notebook.metadata.lstm_lab;
  if (!stored?.sources) return 'it holds outputs that no run of npm run notebooks -- --write has stored';
  if (stored.code !== codeHash(notebook)) return 'its code was changed after the outputs were stored';
  if (stored.sources !== sourcesHash(notebook)) return 'its prose was changed after the outputs were stored';
  if (stored.outputs !== outputsHash(notebook)) return 'its stored outputs were changed by hand';
  return undefined;
}

function hash(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(value)))
    .digest('hex');
}

/** Splits text into lines that keep their ends, as nbformat stores it. */
function lines(text: Text): string[] {
  return textOf(text).match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

const binaryType = (type: string) => /^(image\/(?!svg)|audio\/|video\/|application\/pdf)/.test(type);

function withLines(output: Output): Output {
  const splits = (type: string, value: unknown) =>
    !isJsonType(type) && !binaryType(type) && (typeof value === 'string' || Array.isArray(value));
  return {
    ...output,
    ...(output.text !== undefined && { text: lines(output.text) }),
    ...(output.data && {
      data: Object.fromEntries(
        Object.entries(output.data).map(([type, value]) => [type, splits(type, value) ? lines(value as Text) : value]),
      ),
    }),
  };
}

/** An output in the one form that is hashed: text joined, execution counts left out. */
function withoutLines(output: Output): unknown {
  const { execution_count: _, ...rest } = output;
  return {
    ...rest,
    ...(output.text !== undefined && { text: textOf(output.text) }),
    ...(output.data && {
      data: Object.fromEntries(
        Object.entries(output.data).map(([type, value]) => [
          type,
          isJsonType(type) ? value : textOf(value as Text).trimEnd(),
        ]),
      ),
    }),
  };
}

/** The same value with the keys of every object in alphabetical order, as nbformat writes them. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
