/** What is read in the bytes of a WebAssembly module, and the one bit that is changed there. */

/** What a side module needs of its host, from its section `dylink.0` (WebAssembly's tool conventions, "Dynamic linking"). */
export function needsOf(module: WebAssembly.Module): { dataBytes: number; tableSize: number } {
  const reader = new Reader(new Uint8Array(WebAssembly.Module.customSections(module, 'dylink.0')[0]));
  while (!reader.isAtEnd) {
    const kind = reader.number();
    const end = reader.number() + reader.at;
    if (kind === 1) {
      const [dataBytes, , tableSize] = [reader.number(), reader.number(), reader.number()];
      return { dataBytes, tableSize };
    }
    reader.at = end;
  }
  throw new Error('The module has no section dylink.0 that says what memory it needs.');
}

const sections = { imports: 2, memories: 5 };
const kinds = { table: 1, memory: 2, global: 3 };
const hasMaximum = 1;
const isShared = 2;

/**
 * The same module with a shared memory, which workers can see, where it has or imports one that is its own. Its instructions may stay as they
 * are: those that are not atomic are allowed in a shared memory.
 * @throws Error when the memory has no upper bound, which a shared one must have
 */
export function withSharedMemory(binary: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = Uint8Array.from(binary);
  const at = limitsOfMemory(new Reader(bytes));
  if (at === undefined || !(bytes[at] & hasMaximum)) throw new Error('The module has no memory with an upper bound.');
  bytes[at] |= isShared;
  return bytes;
}

/** Where the limits of a module's memory stand. */
function limitsOfMemory(reader: Reader): number | undefined {
  reader.at = 8; // after the magic number and the version
  while (!reader.isAtEnd) {
    const section = reader.number();
    const end = reader.number() + reader.at;
    const count = section === sections.imports || section === sections.memories ? reader.number() : 0;
    for (let k = 0; k < count; k++) {
      const kind = section === sections.imports ? importKind(reader) : kinds.memory;
      if (kind === kinds.memory) return reader.at;
      passOver(reader, kind);
    }
    reader.at = end;
  }
  return undefined;
}

function importKind(reader: Reader): number {
  for (const _ of ['module', 'name']) {
    const length = reader.number();
    reader.at += length;
  }
  return reader.number();
}

/** Goes on after the description of an import. */
function passOver(reader: Reader, kind: number): void {
  if (kind === kinds.table) {
    reader.at++;
    if (reader.number() & hasMaximum) reader.number();
  }
  if (kind === kinds.global) reader.at++;
  reader.number();
}

/** Goes through bytes, number by number as WebAssembly writes them (LEB128). */
class Reader {
  at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  get isAtEnd(): boolean {
    return this.at >= this.bytes.length;
  }

  number(): number {
    const byte = this.bytes[this.at++];
    return byte < 128 ? byte : byte - 128 + 128 * this.number();
  }
}
