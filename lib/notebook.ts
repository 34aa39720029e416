/**
 * What the library knows of the notebook that it runs in: where to show things, and whether the reader has interrupted the cell.
 * The course's kernel installs a host under `Symbol.for('lstm-lab.notebook')`; without one the library writes to stdout.
 */
import { print } from './platform';

/** One piece of output in several forms, keyed by MIME type. JSON types hold objects, image types base64 strings. */
export type MimeBundle = Record<string, unknown>;

/** A value that says how a notebook should show it (the convention of Deno's Jupyter kernel). */
export interface Displayable {
  /** The forms in which it can be shown. */
  [displaySymbol](): MimeBundle | Promise<MimeBundle>;
}

/** An output that can be replaced in place. */
export interface DisplayHandle {
  /** Puts another output in its place. */
  update(bundle: MimeBundle): void;
}

/** What a notebook kernel offers to the library. */
export interface NotebookHost {
  /** Shows a new output under the running cell; the returned handle replaces it in place. */
  display(bundle: MimeBundle): DisplayHandle;
  /** Aborted when the reader interrupts the running cell; a fresh signal for every cell. */
  readonly signal: AbortSignal;
}

/**
 * The name of the method by which a value says how a notebook shows it.
 *
 * @example
 * const greeting: notebook.Displayable = { [notebook.displaySymbol]: () => ({ 'text/html': '<b>Hello</b>' }) };
 * console.log(greeting[notebook.displaySymbol]()); // { 'text/html': '<b>Hello</b>' }
 */
export const displaySymbol: unique symbol = Symbol.for('Jupyter.display') as never;
const hostSymbol = Symbol.for('lstm-lab.notebook');

/**
 * The notebook kernel that runs this process, if one does.
 *
 * @example
 * console.log(notebook.notebookHost() === undefined); // true
 */
export function notebookHost(): NotebookHost | undefined {
  return (globalThis as Record<symbol, unknown>)[hostSymbol] as NotebookHost | undefined;
}

/**
 * Shows a bundle under the running cell; outside a notebook its `text/plain` form goes to stdout.
 *
 * @example
 * const handle = notebook.display({ 'text/plain': 'step 1' });
 * handle.update({ 'text/plain': 'step 2' });
 * console.log(typeof handle.update); // function
 */
export function display(bundle: MimeBundle): DisplayHandle {
  const host = notebookHost();
  if (host) return host.display(bundle);
  const write = (b: MimeBundle) => print(`${String(b['text/plain'] ?? '')}\n`);
  write(bundle);
  return { update: write };
}

/**
 * The signal that is aborted when the reader interrupts the running cell; none outside a notebook.
 *
 * @example
 * console.log(notebook.interruptSignal()?.aborted); // undefined
 */
export function interruptSignal(): AbortSignal | undefined {
  return notebookHost()?.signal;
}
