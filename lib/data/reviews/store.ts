/** Arrays in one file: a line of JSON that says what follows, the arrays' bytes, and the SHA-256 of all that. Written whole or not at all. */
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { makeFolder, replaceFile } from '../../files';

const kinds = { Buffer: Uint8Array, Float32Array, Int32Array, Uint32Array } as const;
type Kind = keyof typeof kinds;
export type StoredArray = Buffer | Float32Array | Int32Array | Uint32Array;

interface Header {
  format: string;
  arrays: { name: string; kind: Kind; bytes: number }[];
  values: Record<string, unknown>;
}

/** Changes when what is stored, or how it is computed, changes. */
const format = 'lstm-lab reviews 2';

/** Writes arrays and JSON values into a file, atomically. */
export function writeStore(file: string, arrays: Record<string, StoredArray>, values: Record<string, unknown>): void {
  makeFolder(path.dirname(file));
  const header: Header = {
    format,
    arrays: Object.entries(arrays).map(([name, array]) => ({
      name,
      kind: (Buffer.isBuffer(array) ? 'Buffer' : array.constructor.name) as Kind,
      bytes: array.byteLength,
    })),
    values,
  };
  const pieces = [Buffer.from(`${JSON.stringify(header)}\n`), ...Object.values(arrays).map(bytesOf)];
  replaceFile(file, [...pieces, digest(pieces)]);
}

/** Reads what `writeStore` wrote; undefined when there is no such file, or it is of another version or damaged. */
export function readStore(
  file: string,
): { arrays: Record<string, StoredArray>; values: Record<string, unknown> } | undefined {
  if (!fs.existsSync(file)) return undefined;
  const whole = fs.readFileSync(file);
  const content = whole.subarray(0, -digestBytes);
  if (!digest([content]).equals(whole.subarray(-digestBytes))) return undefined;
  const end = content.indexOf('\n');
  const header = JSON.parse(content.toString('utf8', 0, end)) as Header;
  if (header.format !== format) return undefined;
  const arrays: Record<string, StoredArray> = {};
  let at = end + 1;
  for (const { name, kind, bytes } of header.arrays) {
    const part = content.subarray(at, at + bytes);
    // numbers need memory that starts at a multiple of their size
    arrays[name] = kind === 'Buffer' ? part : new kinds[kind](Uint8Array.from(part).buffer as ArrayBuffer);
    at += bytes;
  }
  return { arrays, values: header.values };
}

const digestBytes = 32;

function digest(pieces: Buffer[]): Buffer {
  const hash = crypto.createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest();
}

const bytesOf = (array: StoredArray): Buffer => Buffer.from(array.buffer, array.byteOffset, array.byteLength);
