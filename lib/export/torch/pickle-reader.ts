/**
 * The part of Python's pickle format that data needs: numbers, texts, lists, tuples and dicts. A pickle is a program, and may name any
 * function of Python to be called; here each name that it gives must be among those that the caller knows, so no code ever runs.
 * Opcodes: Lib/pickletools.py of CPython.
 */

/** What a name of Python, `module.name`, stands for: called by REDUCE, or, a constant, put as it is. */
export type Known = ReadonlyMap<string, ((...args: unknown[]) => unknown) | object>;

/** How a pickle is read. */
export interface PickleOptions {
  /** The names that may stand in it. */
  known: Known;
  /** What a persistent id stands for: an object that lies beside the pickle. */
  load(id: unknown): unknown;
}

/** Thrown when a pickle is damaged, or names what is not known. */
export class PickleError extends Error {
  constructor(
    message: string,
    /** The unknown name, `module.name`, when it was one. */
    readonly unknownName?: string,
  ) {
    super(message);
  }
}

const mark = Symbol('mark');

/** The object that a pickle of protocol 2 to 5 holds: a dict is a Map, a tuple or a list an array, None null. @throws PickleError */
export function readPickle(bytes: Uint8Array, options: PickleOptions): unknown {
  return new Machine(bytes, options).run();
}

class Machine {
  private readonly view: DataView;
  private at = 0;
  private readonly stack: unknown[] = [];
  private readonly memo = new Map<number, unknown>();

  constructor(
    private readonly bytes: Uint8Array,
    private readonly options: PickleOptions,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  run(): unknown {
    for (;;) {
      const code = String.fromCharCode(this.take(1)[0]);
      if (code === '.') return this.pop();
      const act = Object.hasOwn(opcodes, code) ? opcodes[code] : undefined;
      if (!act) throw new PickleError(`it has the unknown opcode ${JSON.stringify(code)} at byte ${this.at - 1}`);
      act(this);
    }
  }

  push(value: unknown): void {
    this.stack.push(value);
  }

  pop(): unknown {
    if (this.stack.length === 0) throw new PickleError('it takes more than it has put down');
    const value = this.stack.pop();
    if (value === mark) throw new PickleError('it takes a mark for a value');
    return value;
  }

  top(): unknown {
    const value = this.pop();
    this.push(value);
    return value;
  }

  pushMark(): void {
    this.stack.push(mark);
  }

  /** What lies above the last mark. */
  popToMark(): unknown[] {
    const start = this.stack.lastIndexOf(mark);
    if (start < 0) throw new PickleError('it misses a mark');
    return this.stack.splice(start).slice(1);
  }

  take(count: number): Uint8Array {
    if (!(count <= this.bytes.length - this.at)) throw new PickleError('it ends too early');
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }

  text(count: number): string {
    return Buffer.from(this.take(count)).toString('utf8');
  }

  line(): string {
    const end = this.bytes.indexOf(10, this.at);
    if (end < 0) throw new PickleError('it ends too early');
    return this.text(end + 1 - this.at).slice(0, -1);
  }

  /** An integer of `width` bytes. */
  integer(width: 1 | 2 | 4 | 8, signed = false): number {
    const at = this.at;
    this.take(width);
    if (width === 1) return this.view.getUint8(at);
    if (width === 2) return this.view.getUint16(at, true);
    if (width === 4) return signed ? this.view.getInt32(at, true) : this.view.getUint32(at, true);
    return Number(this.view.getBigUint64(at, true));
  }

  /** An integer of two's complement, as long as it is. */
  long(width: number): number {
    let value = 0n;
    const bytes = this.take(width);
    bytes.forEach((byte, i) => (value |= BigInt(byte) << BigInt(8 * i)));
    return Number(BigInt.asIntN(8 * width, value));
  }

  float(): number {
    const at = this.at;
    this.take(8);
    return this.view.getFloat64(at);
  }

  remember(key: number): void {
    this.memo.set(key, this.top());
  }

  memoize(): void {
    this.remember(this.memo.size);
  }

  recall(key: number): void {
    if (!this.memo.has(key)) throw new PickleError(`it recalls ${key}, which it has not put down`);
    this.push(this.memo.get(key));
  }

  known(module: unknown, name: unknown): void {
    const full = `${String(module)}.${String(name)}`;
    const value = this.options.known.get(full);
    if (!value) throw new PickleError(`it asks for ${full}`, full);
    this.push(value);
  }

  reduce(): void {
    const args = this.pop();
    const callee = this.pop();
    if (typeof callee !== 'function' || !Array.isArray(args)) throw new PickleError('it calls what is no function');
    this.push(callee(...(args as unknown[])));
  }

  persistent(): void {
    this.push(this.options.load(this.pop()));
  }

  setItems(items: unknown[]): void {
    const target = this.top();
    if (!(target instanceof Map) || items.length % 2 !== 0) throw new PickleError('it sets the items of no dict');
    for (let i = 0; i < items.length; i += 2) target.set(items[i], items[i + 1]);
  }

  append(items: unknown[]): void {
    const target = this.top();
    if (!Array.isArray(target)) throw new PickleError('it appends to no list');
    for (const item of items) target.push(item);
  }
}

type Act = (machine: Machine) => void;
const tuple =
  (count: number): Act =>
  (m) =>
    m.push(Array.from({ length: count }, () => m.pop()).reverse());
const value =
  (make: () => unknown): Act =>
  (m) =>
    m.push(make());

const opcodes: Record<string, Act> = {
  '\x80': (m) => m.take(1),
  '\x95': (m) => m.take(8),
  '(': (m) => m.pushMark(),
  '0': (m) => m.pop(),
  '2': (m) => m.push(m.top()),
  N: value(() => null),
  '\x88': value(() => true),
  '\x89': value(() => false),
  J: (m) => m.push(m.integer(4, true)),
  K: (m) => m.push(m.integer(1)),
  M: (m) => m.push(m.integer(2)),
  '\x8a': (m) => m.push(m.long(m.integer(1))),
  G: (m) => m.push(m.float()),
  X: (m) => m.push(m.text(m.integer(4))),
  '\x8c': (m) => m.push(m.text(m.integer(1))),
  '\x8d': (m) => m.push(m.text(m.integer(8))),
  U: (m) => m.push(m.text(m.integer(1))),
  C: (m) => m.push(m.take(m.integer(1))),
  B: (m) => m.push(m.take(m.integer(4))),
  ')': value(() => []),
  t: (m) => m.push(m.popToMark()),
  '\x85': tuple(1),
  '\x86': tuple(2),
  '\x87': tuple(3),
  ']': value(() => []),
  l: (m) => m.push(m.popToMark()),
  a: (m) => m.append([m.pop()]),
  e: (m) => m.append(m.popToMark()),
  '}': value(() => new Map()),
  '\x8f': value(() => []),
  '\x90': (m) => m.append(m.popToMark()),
  s: (m) => {
    const item = m.pop();
    m.setItems([m.pop(), item]);
  },
  u: (m) => m.setItems(m.popToMark()),
  c: (m) => m.known(m.line(), m.line()),
  '\x93': (m) => {
    const name = m.pop();
    m.known(m.pop(), name);
  },
  R: (m) => m.reduce(),
  b: (m) => m.pop(), // attributes of an object, for example the `_metadata` of a state dict
  Q: (m) => m.persistent(),
  q: (m) => m.remember(m.integer(1)),
  r: (m) => m.remember(m.integer(4)),
  '\x94': (m) => m.memoize(),
  h: (m) => m.recall(m.integer(1)),
  j: (m) => m.recall(m.integer(4)),
};
