/** Numbers as files hold them: how each type of element becomes a tensor. Bytes are little-endian, in C order. */
import { tf } from '../backend';

const widths = {
  float64: 8,
  float32: 4,
  float16: 2,
  bfloat16: 2,
  int64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
  uint64: 8,
  uint32: 4,
  uint16: 2,
  uint8: 1,
  bool: 1,
};

/** A type of element that the files of other libraries hold. */
export type ElementType = keyof typeof widths;

/** How many bytes one element takes. */
export const widthOf = (type: ElementType): number => widths[type];

export const isElementType = (name: string): name is ElementType => Object.hasOwn(widths, name);

/**
 * How many elements a shape has.
 * @throws Error beginning with `what` when a size is no count, or there are more than a tensor can hold.
 */
export function countOf(what: string, shape: readonly unknown[]): number {
  let count = 1;
  for (const size of shape) {
    if (!Number.isSafeInteger(size) || (size as number) < 0)
      throw new Error(`${what} has the shape [${shape.map(String)}]; its sizes must be integers of 0 or more.`);
    count *= size as number;
  }
  if (count > 2 ** 31) throw new Error(`${what} declares ${count} numbers; a tensor holds at most 2^31.`);
  return count;
}

/**
 * The tensor that bytes of a file stand for. Floats become float32, integers int32.
 * @throws Error beginning with `what` when the bytes do not fit the shape, or an integer does not fit int32.
 */
export function toTensor(what: string, type: ElementType, shape: number[], bytes: Uint8Array): tf.Tensor {
  const count = countOf(what, shape);
  if (bytes.length !== count * widths[type])
    throw new Error(`${what} has ${bytes.length} bytes; ${type} [${shape}] needs ${count * widths[type]}.`);
  return tf.tensor(numbersOf(what, type, bytes), shape, dtypeOf(type));
}

/** The bytes of a tensor and the type of its elements. @throws Error beginning with `what` when no file can hold them. */
export async function fromTensor(what: string, tensor: unknown): Promise<{ type: ElementType; bytes: Uint8Array }> {
  if (!(tensor instanceof tf.Tensor)) throw new TypeError(`${what} is no tensor; make it one by tf.tensor(…).`);
  const { dtype } = tensor;
  if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool')
    throw new TypeError(`${what} holds ${dtype}; only float32, int32 and bool can be written.`);
  const { buffer, byteOffset, byteLength } = await tensor.data();
  return { type: dtype, bytes: new Uint8Array(buffer, byteOffset, byteLength) };
}

const dtypeOf = (type: ElementType): 'float32' | 'int32' | 'bool' =>
  type === 'bool' ? 'bool' : /float/.test(type) ? 'float32' : 'int32';

function numbersOf(what: string, type: ElementType, bytes: Uint8Array): Float32Array | Int32Array | Uint8Array {
  const { buffer } = new Uint8Array(bytes);
  const view = new DataView(buffer);
  const count = bytes.length / widths[type];
  switch (type) {
    case 'float32':
      return new Float32Array(buffer);
    case 'float64':
      return Float32Array.from(new Float64Array(buffer));
    case 'bfloat16':
      return Float32Array.from({ length: count }, (_, i) => bits(view.getUint16(2 * i, true) << 16));
    case 'float16':
      return Float32Array.from({ length: count }, (_, i) => half(view.getUint16(2 * i, true)));
    case 'bool':
      return Uint8Array.from(bytes, (byte) => (byte === 0 ? 0 : 1));
    case 'int32':
      return new Int32Array(buffer);
    case 'int16':
      return Int32Array.from(new Int16Array(buffer));
    case 'int8':
      return Int32Array.from(new Int8Array(buffer));
    case 'uint16':
      return Int32Array.from(new Uint16Array(buffer));
    case 'uint8':
      return Int32Array.from(bytes);
    case 'uint32':
      return Int32Array.from(new Uint32Array(buffer), (n) => inInt32(what, n));
    case 'int64':
      return Int32Array.from({ length: count }, (_, i) => inInt32(what, view.getBigInt64(8 * i, true)));
    case 'uint64':
      return Int32Array.from({ length: count }, (_, i) => inInt32(what, view.getBigUint64(8 * i, true)));
  }
}

function inInt32(what: string, n: number | bigint): number {
  if (n < -(2 ** 31) || n >= 2 ** 31) throw new Error(`${what} holds the integer ${n}, which int32 does not.`);
  return Number(n);
}

const cell = new DataView(new ArrayBuffer(4));

/** The float32 of these 32 bits. */
function bits(n: number): number {
  cell.setInt32(0, n);
  return cell.getFloat32(0);
}

/** The number of these 16 bits of IEEE 754's binary16. */
function half(n: number): number {
  const [sign, exponent, fraction] = [n & 0x8000 ? -1 : 1, (n >> 10) & 31, n & 1023];
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
