/** `--write`: stores a run's outputs in its notebook, with what the run cost and the hashes that show later whether it is still so. */
import { availableParallelism } from 'node:os';
import {
  codeHash,
  outputsHash,
  readNotebook,
  sourcesHash,
  staleness,
  textOf,
  writeNotebook,
  type Cell,
  type Cost,
  type Notebook,
  type Output,
} from './notebook';
import { machinePath } from './machine-path';
import type { Profile } from './options';
import type { NotebookResult } from './result';
import { stripControlSequences } from './text';

/** A figure this close to the stored one, as a fraction, is kept as it was: a new run is not a new measurement of the machine. */
const sameCost = 0.25;

/**
 * Stores a run that passed. In the quick profile, when the outputs of a full run are there and still fresh, only the quick figures.
 * @returns what is in the way of storing it, or undefined when it is stored.
 */
export function store(result: NotebookResult, executed: Notebook): string | undefined {
  const original = readNotebook(result.file);
  const { profile } = result;
  const old = original.metadata.lstm_lab;
  const outputs = executed.cells.map((cell) => (cell.outputs ?? []).map(withoutNoise));
  const foreign = machinePath(outputs);
  if (foreign) return `an output holds ${foreign}, a path of this machine: show a path relative to the course instead`;

  const keepsFull =
    profile === 'quick' && old?.profile === 'full' && old.code === codeHash(original) && !staleOutputs(original);
  if (!keepsFull) {
    original.cells.forEach((cell, i) => {
      if (cell.cell_type !== 'code') return;
      cell.outputs = outputs[i];
      cell.execution_count = executed.cells[i].execution_count ?? null;
      delete cell.metadata.execution;
    });
    original.metadata.language_info = executed.metadata.language_info ?? original.metadata.language_info;
  }
  const costs = { ...(old?.costs ?? {}), [profile]: cost(result, old?.costs?.[profile]) };
  fillMeasured(original.cells[0], costs);
  const stored = keepsFull ? 'full' : profile;
  original.metadata.lstm_lab = {
    sources: sourcesHash(original),
    code: codeHash(original),
    outputs: outputsHash(original),
    profile: stored,
    seconds: costs[stored]!.seconds,
    megabytes: costs[stored]!.megabytes,
    costs,
  };
  writeNotebook(result.file, original);
  return undefined;
}

/**
 * `--stamp`: accepts prose that was edited after the outputs were stored, and fills in again what the run cost.
 * @returns what is in the way, or undefined when the notebook is fresh now.
 */
export function stamp(file: string): string | undefined {
  const notebook = readNotebook(file);
  const stored = notebook.metadata.lstm_lab;
  if (!stored?.code) return 'no outputs are stored in it; run it with --write';
  if (stored.code !== codeHash(notebook)) return 'its code has changed too; run it with --write';
  if (staleOutputs(notebook)) return 'its stored outputs were changed by hand; run it with --write';
  fillMeasured(notebook.cells[0], stored.costs);
  stored.sources = sourcesHash(notebook);
  writeNotebook(file, notebook);
  return undefined;
}

/** What is in the way of `act`: what it returns, or what it throws. */
export function obstacleTo(act: () => string | undefined): string | undefined {
  try {
    return act();
  } catch (error) {
    return (error as Error).message;
  }
}

const staleOutputs = (notebook: Notebook): boolean =>
  staleness(notebook) !== undefined && notebook.metadata.lstm_lab?.outputs !== outputsHash(notebook);

function cost({ seconds, megabytes }: NotebookResult, before: Cost | undefined): Cost {
  const cores = availableParallelism();
  const near = (a: number, b: number) => Math.abs(a - b) <= sameCost * b;
  if (before && before.cores === cores && near(seconds, before.seconds) && near(megabytes, before.megabytes))
    return before;
  return { seconds: round(seconds), megabytes: Math.ceil(megabytes / 10) * 10, cores };
}

const round = (seconds: number): number =>
  seconds < 10 ? Math.max(1, Math.round(seconds)) : Number(seconds.toPrecision(2));

/** Fills in what follows `*Measured:*` in the lesson's first cell. */
function fillMeasured(header: Cell | undefined, costs: Partial<Record<Profile, Cost>>): void {
  if (header?.cell_type !== 'markdown' || !(costs.full ?? costs.quick)) return;
  header.source = textOf(header.source).replace(/\*Measured:\*[^\n]*/, `*Measured:* ${measuredLine(costs)}`);
}

/** For example: `12 s and 640 MB in full, 5 s quick, on 2 cores.` */
export function measuredLine({ quick, full }: Partial<Record<Profile, Cost>>): string {
  const time = ({ seconds }: Cost) => (seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`);
  const parts = [
    full && `${time(full)} and ${full.megabytes} MB in full`,
    quick && (full ? `${time(quick)} quick` : `${time(quick)} and ${quick.megabytes} MB quick`),
  ].filter(Boolean);
  return `${parts.join(', ')}, on ${(full ?? quick)!.cores} cores.`;
}

/** An output without what differs from run to run or terminal to terminal. */
export function withoutNoise(output: Output): Output {
  const { metadata, ...rest } = output;
  const clean: Output = { ...rest, ...(metadata && { metadata }) };
  if (output.output_type === 'stream') clean.text = overwritten(stripControlSequences(textOf(output.text)));
  if (output.output_type === 'error') clean.traceback = output.traceback?.map(stripControlSequences);
  return clean;
}

/** What remains visible of text with carriage returns: each returns to the start of its line. */
const overwritten = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.split('\r').filter(Boolean).at(-1) ?? '')
    .join('\n');
