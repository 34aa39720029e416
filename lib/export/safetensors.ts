/** Named tensors in the format of Hugging Face: a length, a header in JSON, the bytes of the tensors (format.md of safetensors 0.8). */
import { tf } from '../backend';
import { readFile, replaceFile } from '../files';
import { checkOptions } from '../options';
import { type ElementType, countOf, fromTensor, toTensor, widthOf } from './elements';

const names: Record<string, ElementType> = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  I64: 'int64',
  I32: 'int32',
  I16: 'int16',
  I8: 'int8',
  U64: 'uint64',
  U32: 'uint32',
  U16: 'uint16',
  U8: 'uint8',
  BOOL: 'bool',
};

/** The longest header that the format allows, in bytes. */
const longestHeader = 100_000_000;

interface Entry {
  dtype: string;
  shape: number[];
  data_offsets: [start: number, end: number];
}

/** How tensors are written. */
export interface SafetensorsOptions {
  /** Floats in 16 bits, rounded to 8 significant ones (bfloat16): half the file. Default: false. */
  bfloat16?: boolean;
}

/**
 * Writes named tensors into a `.safetensors` file, which PyTorch, Keras and others read; the file is replaced whole.
 * @throws TypeError when a value is no tensor, or one of texts or complex numbers; WriteError when the file cannot be written.
 *
 * @example
 * await toSafetensors({ kernel: tf.ones([2, 3]) }, 'weights.safetensors');
 * console.log((await fromSafetensors('weights.safetensors')).kernel.shape); // [ 2, 3 ]
 */
export async function toSafetensors(
  tensors: Record<string, tf.Tensor>,
  file: string,
  options: SafetensorsOptions = {},
): Promise<void> {
  checkOptions('toSafetensors', options, ['bfloat16']);
  replaceFile(file, await encodeSafetensors(tensors, options));
}

/** The content of a `.safetensors` file, in pieces. @throws TypeError when a value is no tensor, or one of texts or complex numbers. */
export async function encodeSafetensors(
  tensors: Record<string, tf.Tensor>,
  { bfloat16 = false }: SafetensorsOptions = {},
): Promise<Uint8Array[]> {
  const header: Record<string, Entry> = {};
  const pieces: Uint8Array[] = [];
  let end = 0;
  const sorted = Object.entries(tensors).sort(([, a], [, b]) => byteWidth(b, bfloat16) - byteWidth(a, bfloat16));
  for (const [name, tensor] of sorted) {
    if (name === '__metadata__') throw new TypeError('No tensor of a safetensors file can be called "__metadata__".');
    const found = await fromTensor(`The tensor "${name}"`, tensor);
    const isShort = bfloat16 && found.type === 'float32';
    const { type, bytes } = isShort ? shortened(found.bytes) : found;
    const dtype = Object.keys(names).find((key) => names[key] === type)!;
    header[name] = { dtype, shape: tensor.shape, data_offsets: [end, (end += bytes.length)] };
    pieces.push(bytes);
  }
  const json = Buffer.from(JSON.stringify(header));
  const padding = Buffer.alloc((8 - (json.length % 8)) % 8, ' ');
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length + padding.length));
  return [length, json, padding, ...pieces];
}

/** float32 as bfloat16: the upper half of the bits, rounded to the nearest, ties to even; a NaN stays one. */
function shortened(bytes: Uint8Array): { type: ElementType; bytes: Uint8Array } {
  const words = new Uint32Array(new Uint8Array(bytes).buffer);
  const halves = Uint16Array.from(words, (word) => {
    if ((word & 0x7fffffff) > 0x7f800000) return (word >>> 16) | 0x40;
    return (word + 0x7fff + ((word >>> 16) & 1)) >>> 16;
  });
  return { type: 'bfloat16', bytes: new Uint8Array(halves.buffer) };
}

/** Wide elements come first, so that each tensor begins at a multiple of its elements' width. */
const byteWidth = (tensor: tf.Tensor, bfloat16: boolean): number => {
  if (tensor?.dtype === 'bool') return 1;
  return bfloat16 && tensor?.dtype === 'float32' ? 2 : 4;
};

/**
 * The tensors of a `.safetensors` file by name: floats as float32, integers as int32.
 * @throws Error that says what is wrong with the file when it is missing, damaged or holds numbers that no tensor here can.
 *
 * @example
 * await toSafetensors({ bias: tf.tensor1d([1, 2]) }, 'bias.safetensors');
 * console.log((await fromSafetensors('bias.safetensors')).bias.arraySync()); // [ 1, 2 ]
 */
export async function fromSafetensors(file: string): Promise<Record<string, tf.Tensor>> {
  return decodeSafetensors(file, readFile(file));
}

/** The tensors in the content of a `.safetensors` file by name; sentences that refuse it begin with `file`. */
export function decodeSafetensors(file: string, content: Buffer): Record<string, tf.Tensor> {
  const length = content.length < 8 ? NaN : Number(content.readBigUInt64LE());
  if (!(length <= Math.min(content.length - 8, longestHeader)))
    throw new Error(`${file} is no safetensors file: it has ${content.length} bytes, its header would have ${length}.`);
  const data = content.subarray(8 + length);
  const entries = readHeader(file, content.toString('utf8', 8, 8 + length));
  checkLayout(file, entries, data.length);
  return tf.tidy(() =>
    Object.fromEntries(
      entries.map(
        ([
          name,
          {
            dtype,
            shape,
            data_offsets: [start, end],
          },
        ]) => {
          const what = `${file}: the tensor "${name}"`;
          return [name, toTensor(what, names[dtype], shape, data.subarray(start, end))];
        },
      ),
    ),
  );
}

function readHeader(file: string, json: string): [string, Entry][] {
  let header: unknown;
  try {
    header = JSON.parse(json);
  } catch (error) {
    throw new Error(`${file} is no safetensors file: its header is not JSON.`, { cause: error });
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    throw new Error(`${file} is damaged: its header is no object.`);
  const entries = Object.entries(header).filter(([name]) => name !== '__metadata__');
  for (const [name, entry] of entries) {
    const what = `${file}: the tensor "${name}"`;
    const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Partial<Entry>;
    if (typeof dtype !== 'string' || !Object.hasOwn(names, dtype))
      throw new Error(`${what} holds ${String(dtype)}; known are ${Object.keys(names).join(', ')}.`);
    if (!Array.isArray(shape)) throw new Error(`${what} has no shape.`);
    if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every((at) => Number.isSafeInteger(at) && at >= 0))
      throw new Error(`${what} has no place in the file.`);
    const bytes = countOf(what, shape) * widthOf(names[dtype]);
    if (offsets[1] - offsets[0] !== bytes)
      throw new Error(`${what} has ${offsets[1] - offsets[0]} bytes; ${dtype} [${shape}] needs ${bytes}.`);
  }
  return entries as [string, Entry][];
}

/** Tensors lie one after the other and fill the file, as the format has it: nothing is shared, nothing hides between them. */
function checkLayout(file: string, entries: [string, Entry][], bytes: number): void {
  let at = 0;
  const places = entries.map(([, entry]) => entry.data_offsets).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  for (const [start, end] of places) {
    if (start !== at) throw new Error(`${file} is damaged: its tensors overlap or leave bytes out at ${at}.`);
    at = end;
  }
  if (at !== bytes) throw new Error(`${file} is damaged: its tensors take ${at} bytes, it has ${bytes}.`);
}
