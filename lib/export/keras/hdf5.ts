/** Trees of arrays in HDF5, by the HDF Group's library compiled to WebAssembly; it is loaded when a file is first read or written. */
import { randomUUID } from 'node:crypto';
import type { Attribute, Dataset, File as Hdf5File, Group, Metadata } from 'h5wasm';
import { tf } from '../../backend';
import { largestRatio } from '../zip';
import { type ElementType, countOf, fromTensor, toTensor } from '../elements';

type Hdf5 = typeof import('h5wasm');

/** h5wasm is published as an ES module only, which the compiler would turn into a `require`. */
const importModule = new Function('return import("h5wasm")') as () => Promise<Hdf5>;

/** The library and its files in memory. It prints what it finds wrong with a file; only the sentences of this file are for the user. */
async function loadHdf5(): Promise<{ library: Hdf5; FS: NonNullable<Hdf5['FS']> }> {
  const library = await importModule();
  const { FS } = await library.ready;
  const files = FS as typeof FS & { getStream(fd: number): { path: string } | null; close(stream: object): void };
  const stderr = files.getStream(2);
  if (stderr && stderr.path !== nowhere) {
    files.close(stderr);
    FS.open(nowhere, 'w'); // takes the number that was freed
  }
  return { library, FS };
}

const nowhere = '/dev/null';

/** A file of HDF5 in memory. */
export class Hdf5Reader {
  private constructor(
    private readonly name: string,
    private readonly library: Hdf5,
    private readonly file: Hdf5File,
    private readonly size: number,
  ) {}

  /** Runs `use` on the content of a file, called `name` in sentences. @throws Error when it is no HDF5 or damaged. */
  static async read<T>(name: string, content: Uint8Array, use: (reader: Hdf5Reader) => T): Promise<T> {
    if (!signature.every((byte, i) => content[i] === byte)) throw new Error(`${name} is no HDF5 file.`);
    const { library, FS } = await loadHdf5();
    const place = `/${randomUUID()}.h5`;
    FS.writeFile(place, content);
    try {
      const file = attempt(name, () => new library.File(place, 'r'));
      try {
        return use(new Hdf5Reader(name, library, file, content.length));
      } finally {
        attempt(name, () => file.close());
      }
    } finally {
      FS.unlink(place);
    }
  }

  /** The text of an attribute of a group; undefined when it has none of that name. */
  text(group: string, attribute: string): string | undefined {
    const value = this.attribute(group, attribute);
    return typeof value === 'string' ? value : undefined;
  }

  /** The texts of an attribute, which Keras cuts into `name0`, `name1`, … when they are long; none when there is no such attribute. */
  texts(group: string, attribute: string): string[] {
    const value = this.attribute(group, attribute);
    if (Array.isArray(value)) return value.map(String);
    const pieces: string[] = [];
    for (let i = 0; ; i++) {
      const piece = this.attribute(group, `${attribute}${i}`);
      if (!Array.isArray(piece)) return pieces;
      pieces.push(...piece.map(String));
    }
  }

  /** Whether there is something at a path. */
  has(path: string): boolean {
    return attempt(this.name, () => this.file.get(path) !== null);
  }

  /** A data set as a tensor. @throws Error when there is none of that path, or its numbers are of a type that no tensor holds. */
  tensor(path: string): tf.Tensor {
    const what = `${this.name}: ${path}`;
    const found = attempt(this.name, () => this.file.get(path));
    if (!(found instanceof this.library.Dataset)) throw new Error(`${what} is missing.`);
    const { metadata, bytes } = attempt(this.name, () => this.bytes(what, found));
    return toTensor(what, elementType(what, metadata), metadata.shape ?? [], bytes);
  }

  private bytes(what: string, found: Dataset): { metadata: Metadata; bytes: Uint8Array } {
    const { metadata } = found;
    const bytes = countOf(what, metadata.shape ?? []) * metadata.size;
    if (bytes > this.size * largestRatio)
      throw new Error(`${what} declares ${bytes} bytes, which a file of ${this.size} bytes cannot hold`);
    if (metadata.type === floats && metadata.size === 2)
      throw new Error(
        `${what} holds floats of 16 bits, which are not read; save the model with its weights as float32`,
      );
    const value: unknown = metadata.shape?.length === 0 ? found.to_array() : found.value;
    if (ArrayBuffer.isView(value))
      return { metadata, bytes: new Uint8Array(value.buffer, value.byteOffset, value.byteLength) };
    if (typeof value === 'number' || typeof value === 'bigint') return { metadata, bytes: bytesOf(value, metadata) };
    throw new Error(`${what} holds no numbers`);
  }

  private attribute(group: string, name: string): unknown {
    return attempt(this.name, () => {
      const found = this.file.get(group || '/') as Group | null;
      const attribute: Attribute | undefined = found?.attrs?.[name];
      return attribute?.value;
    });
  }
}

/** HDF5's class of floats. */
const floats = 1;

/** One number as the file has it. */
function bytesOf(value: number | bigint, { type, size }: Metadata): Uint8Array {
  if (type === floats) return new Uint8Array((size === 8 ? Float64Array : Float32Array).of(Number(value)).buffer);
  const bytes = new Uint8Array(size);
  let rest = BigInt(value);
  for (let k = 0; k < size; k++, rest >>= 8n) bytes[k] = Number(rest & 255n);
  return bytes;
}

const signature = [0x89, 0x48, 0x44, 0x46, 13, 10, 26, 10];

/** HDF5's own complaints, and WebAssembly's of a file that leads it astray, in one sentence. */
function attempt<T>(name: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    const message = (error as Error).message?.split('\n')[0] ?? String(error);
    throw new Error(message.startsWith(name) ? message : `${name} is damaged: ${message}.`, { cause: error });
  }
}

function elementType(what: string, { type, size, signed, littleEndian }: Metadata): ElementType {
  const [integer, float] = [0, 1];
  const name = type === float ? `float${8 * size}` : type === integer ? `${signed ? '' : 'u'}int${8 * size}` : '';
  if (!littleEndian || !types.has(name)) throw new Error(`${what} holds numbers of another kind than tensors do.`);
  return name as ElementType;
}

const types = new Set(['float64', 'float32', 'int64', 'int32', 'int16', 'int8', 'uint64', 'uint32', 'uint16', 'uint8']);

/** A tree to be written: groups hold groups and tensors, and attributes, which are texts or lists of them. */
export interface Tree {
  attributes?: Record<string, string | string[]>;
  children?: Record<string, Tree | tf.Tensor>;
}

/** The bytes of an HDF5 file. */
export async function writeHdf5(tree: Tree): Promise<Uint8Array> {
  const { library, FS } = await loadHdf5();
  const place = `/${randomUUID()}.h5`;
  const file = new library.File(place, 'w');
  try {
    await writeGroup(file, tree);
    file.flush();
    file.close();
    return new Uint8Array(FS.readFile(place) as Uint8Array);
  } finally {
    FS.unlink(place);
  }
}

async function writeGroup(group: Group, { attributes = {}, children = {} }: Tree): Promise<void> {
  for (const [name, value] of Object.entries(attributes)) {
    if (value.length === 0 && Array.isArray(value)) group.create_attribute(name, new Float64Array(0), [0], '<d');
    else group.create_attribute(name, value, Array.isArray(value) ? [value.length] : [], 'S');
  }
  for (const [name, child] of Object.entries(children)) {
    if (!(child instanceof tf.Tensor)) {
      await writeGroup(group.create_group(name), child);
      continue;
    }
    const { bytes } = await fromTensor(name, child);
    const { shape } = child;
    const data = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
    group.create_dataset({ name, data, shape, dtype: '<f' });
  }
}
