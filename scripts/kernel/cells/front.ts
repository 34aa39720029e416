/** The way from the cells to the kernel: all output takes it, in order. */
import { StringDecoder } from 'node:string_decoder';
import type { FromCells, OutputType } from '../link';
import { askingCell } from './context';

/** Text written in quick succession travels together, at most this long. */
const gatherMilliseconds = 40;
const gatherCharacters = 1 << 16;

const sendToFront = process.send!.bind(process);
let gathered: { cell: number; name: string; text: string } | undefined;
let sentAt = 0;
let timer: NodeJS.Timeout | undefined;

export function send(message: FromCells): void {
  flush();
  sendToFront(message);
}

/** Sends output under the cell that asks for it. */
export function output(kind: OutputType, content: Record<string, unknown>, cell = askingCell()?.id ?? 0): void {
  send({ type: 'output', cell, kind, content });
}

/** Sends what was written to stdout and stderr so far. */
export function flush(): void {
  clearTimeout(timer);
  timer = undefined;
  if (!gathered) return;
  const { cell, name, text } = gathered;
  gathered = undefined;
  sentAt = performance.now();
  sendToFront({ type: 'output', cell, kind: 'stream', content: { name, text } } satisfies FromCells);
}

function gather(name: string, text: string): void {
  const cell = askingCell()?.id ?? 0;
  if (gathered && (gathered.cell !== cell || gathered.name !== name)) flush();
  gathered ??= { cell, name, text: '' };
  gathered.text += text;
  // Judged by the clock at each write, so that a long synchronous loop shows its progress.
  if (gathered.text.length > gatherCharacters || performance.now() - sentAt > gatherMilliseconds) flush();
  else timer ??= setTimeout(flush, gatherMilliseconds).unref();
}

/** Takes over `process.stdout` and `process.stderr`, with everything that writes to them. */
export function takeOverStreams(): void {
  for (const name of ['stdout', 'stderr'] as const) {
    const decoder = new StringDecoder('utf8');
    process[name].write = (
      chunk: string | Uint8Array,
      encoding?: BufferEncoding | ((error?: Error) => void),
      done?: (error?: Error) => void,
    ) => {
      const asText = typeof encoding === 'string' && Buffer.isEncoding(encoding) ? encoding : 'utf8';
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk, asText) : Buffer.from(chunk);
      const text = typeof chunk === 'string' && asText.startsWith('utf') ? chunk : decoder.write(bytes);
      if (text) gather(name, text);
      const callback = typeof encoding === 'function' ? encoding : done;
      if (callback) process.nextTick(callback);
      return true;
    };
  }
}
