/** Rich output: what `lib/notebook.ts` and tslab's own `display` call. */
import { randomUUID } from 'node:crypto';
import * as jupyter from 'tslab/dist/jupyter';
import { askingCell, runningCell } from './context';
import { output } from './front';

export type MimeBundle = Record<string, unknown>;

/** Installs the notebook host of the library, the writer of tslab's `display`, and a `console.clear` that empties the cell's output. */
export function installDisplay(): void {
  const host = {
    display(bundle: MimeBundle) {
      const id = randomUUID();
      show('display_data', bundle, id);
      return { update: (next: MimeBundle) => show('update_display_data', next, id) };
    },
    get signal() {
      return askingCell()?.signal;
    },
  };
  (globalThis as Record<symbol, unknown>)[Symbol.for('lstm-lab.notebook')] = host;
  (jupyter as { lastWriteDisplayData: unknown }).lastWriteDisplayData = (
    content: { data: MimeBundle; transient?: { display_id?: string } },
    update: boolean,
  ) => show(update ? 'update_display_data' : 'display_data', content.data, content.transient?.display_id);
  console.clear = () => output('clear_output', { wait: false });
}

function show(kind: 'display_data' | 'update_display_data', bundle: MimeBundle, id: string | undefined): void {
  // Clients take an update from the running cell only; they find the output by its id.
  const cell = kind === 'update_display_data' ? (runningCell() ?? askingCell()) : askingCell();
  output(kind, { data: toJson(bundle), metadata: {}, transient: id ? { display_id: id } : {} }, cell?.id ?? 0);
}

/** A bundle as Jupyter wants it: bytes as base64, text as strings, nothing undefined. */
export function toJson(bundle: MimeBundle): MimeBundle {
  const entries = Object.entries(bundle).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    entries.map(([type, value]) => [type, value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value]),
  );
}
