/** Pickles of protocol 2, as PyTorch writes them. Opcodes: Lib/pickletools.py of CPython. */

/** A name of Python's: `module.name`. */
export class PythonName {
  constructor(
    readonly module: string,
    readonly name: string,
  ) {}
}

/** A call that Python makes as it reads: a name and its arguments. */
export class PythonCall {
  constructor(
    readonly callee: PythonName,
    readonly args: unknown[],
  ) {}
}

/** An object that lies beside the pickle. */
export class PersistentId {
  constructor(readonly id: unknown[]) {}
}

/** The pickle of maps (dicts), arrays (tuples), texts, integers of 32 bits or more, booleans, and the classes of this file. */
export function writePickle(value: unknown): Buffer {
  return Buffer.concat([Buffer.from([0x80, 2]), ...pieces(value), Buffer.from('.')]);
}

function* pieces(value: unknown): Generator<Buffer> {
  if (typeof value === 'boolean') yield Buffer.from([value ? 0x88 : 0x89]);
  else if (typeof value === 'number') yield integer(value);
  else if (typeof value === 'string') yield text(value);
  else if (Array.isArray(value)) yield* tuple(value);
  else if (value instanceof Map) yield* dict(value);
  else if (value instanceof PythonName) yield Buffer.from(`c${value.module}\n${value.name}\n`);
  else if (value instanceof PythonCall) {
    yield* pieces(value.callee);
    yield* tuple(value.args);
    yield Buffer.from('R');
  } else if (value instanceof PersistentId) {
    yield* tuple(value.id);
    yield Buffer.from('Q');
  } else throw new TypeError(`A pickle of this library holds no ${typeof value}.`);
}

function* tuple(items: unknown[]): Generator<Buffer> {
  yield Buffer.from('(');
  for (const item of items) yield* pieces(item);
  yield Buffer.from('t');
}

function* dict(items: Map<unknown, unknown>): Generator<Buffer> {
  yield Buffer.from('}(');
  for (const [key, item] of items) {
    yield* pieces(key);
    yield* pieces(item);
  }
  yield Buffer.from('u');
}

function integer(value: number): Buffer {
  if (value === (value | 0)) {
    const piece = Buffer.from('J1234');
    piece.writeInt32LE(value, 1);
    return piece;
  }
  const piece = Buffer.from([0x8a, 8, 0, 0, 0, 0, 0, 0, 0, 0]);
  piece.writeBigInt64LE(BigInt(value), 2);
  return piece;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  const head = Buffer.from('X1234');
  head.writeUInt32LE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}
