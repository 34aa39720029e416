/** PyTorch's files of parameters: a zip archive with a pickle that describes tensors and a file for the numbers of each. */
import { tf } from '../../backend';
import type { StateDict } from '../../torch';
import { type ElementType, countOf, fromTensor, toTensor, widthOf } from '../elements';
import { readZip, writeZip } from '../zip';
import { PickleError, type Known, readPickle } from './pickle-reader';
import { PersistentId, PythonCall, PythonName, writePickle } from './pickle-writer';

const storages: Record<string, ElementType> = {
  DoubleStorage: 'float64',
  FloatStorage: 'float32',
  HalfStorage: 'float16',
  BFloat16Storage: 'bfloat16',
  LongStorage: 'int64',
  IntStorage: 'int32',
  ShortStorage: 'int16',
  CharStorage: 'int8',
  ByteStorage: 'uint8',
  BoolStorage: 'bool',
};

/** A tensor may repeat what its storage holds (`expand`); larger ones than this many numbers are refused. */
const mostRepeated = 2 ** 20;

/**
 * Writes named tensors as a state dict, which `torch.load(file)` reads and `load_state_dict` takes; the file is replaced whole.
 * @throws TypeError when a value is no tensor, or one of texts or complex numbers; WriteError when the file cannot be written.
 *
 * @example
 * const lstm = new torch.LSTM({ inputSize: 3, hiddenSize: 8 });
 * await toTorch(lstm.stateDict(), 'lstm.pt'); // in Python: lstm.load_state_dict(torch.load('lstm.pt'))
 * console.log(Object.keys(await fromTorch('lstm.pt'))[0]); // weight_ih_l0
 */
export async function toTorch(stateDict: StateDict, file: string): Promise<void> {
  const members: Record<string, Uint8Array | string> = {};
  const tensors = new Map<string, PythonCall>();
  for (const [name, tensor] of Object.entries(stateDict)) {
    const { type, bytes } = await fromTensor(`The tensor "${name}"`, tensor);
    const key = String(tensors.size);
    const storage = Object.keys(storages).find((one) => storages[one] === type)!;
    const id = new PersistentId(['storage', new PythonName('torch', storage), key, 'cpu', tensor.size]);
    const hooks = new PythonCall(new PythonName('collections', 'OrderedDict'), []);
    const args = [id, 0, tensor.shape, contiguous(tensor.shape), false, hooks];
    tensors.set(name, new PythonCall(new PythonName('torch._utils', '_rebuild_tensor_v2'), args));
    members[`archive/data/${key}`] = bytes;
  }
  await writeZip(file, {
    'archive/data.pkl': writePickle(tensors),
    'archive/byteorder': 'little',
    ...members,
    'archive/version': '3\n',
  });
}

/** How far apart the neighbours of each axis lie, in elements. */
const contiguous = (shape: number[]): number[] =>
  shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));

/**
 * The tensors of a state dict in a `.pt` or `.pth` file by name: floats as float32, integers as int32. Of a checkpoint that holds one
 * state dict among other things, those of the state dict. No code of the file runs.
 * @throws Error that says what is wrong with the file when it is missing, damaged, or holds more than tensors.
 *
 * @example
 * const [one, two] = [1, 2].map(() => new torch.Linear(3, 2));
 * await toTorch(one.stateDict(), 'linear.pt');
 * two.loadStateDict(await fromTorch('linear.pt'));
 * console.log(two.weight.sub(one.weight).abs().max().dataSync()[0]); // 0
 */
export async function fromTorch(file: string): Promise<StateDict> {
  const members = await readZip(file, { checksums: false }).catch((error: Error) => {
    throw new Error(`${error.message} (PyTorch before 1.6 wrote no archives: load it there and save it again.)`, {
      cause: error,
    });
  });
  const root = [...members.keys()].find((name) => /^[^/]+\/data\.pkl$/.test(name))?.slice(0, -'data.pkl'.length);
  if (root === undefined) throw new Error(`${file} is no file of PyTorch's: it holds no data.pkl.`);
  const order = members.get(`${root}byteorder`);
  if (order && Buffer.from(order).toString() !== 'little')
    throw new Error(`${file} was written on a big-endian machine; load and save it in PyTorch on another.`);
  const value = unpickled(file, members, root);
  return stateDictOf(file, value);
}

/** A storage of numbers, of which tensors are views. */
class Storage {
  constructor(
    readonly type: ElementType,
    readonly bytes: Uint8Array,
  ) {}
}

/** A tensor as the pickle describes it. */
class View {
  constructor(
    readonly storage: Storage,
    readonly offset: number,
    readonly shape: number[],
    readonly strides: number[],
  ) {}
}

function unpickled(file: string, members: Map<string, Uint8Array>, root: string): unknown {
  const load = (id: unknown): Storage => {
    const [kind, type, key] = Array.isArray(id) ? (id as unknown[]) : [];
    const bytes = members.get(`${root}data/${String(key)}`);
    if (kind !== 'storage' || !(type instanceof StorageType) || !bytes)
      throw new PickleError(`it misses the numbers "${String(key)}"`);
    return new Storage(type.element, bytes);
  };
  try {
    return readPickle(members.get(`${root}data.pkl`)!, { known, load });
  } catch (error) {
    if (!(error instanceof PickleError)) throw error;
    const cure = error.unknownName
      ? 'only tensors are read, no code; in PyTorch, save the state dict: torch.save(model.state_dict(), file)'
      : 'it is damaged';
    throw new Error(`${file} cannot be read: ${error.message}; ${cure}.`, { cause: error });
  }
}

class StorageType {
  constructor(readonly element: ElementType) {}
}

const known: Known = new Map<string, ((...args: unknown[]) => unknown) | object>([
  ...Object.entries(storages).map(([name, type]): [string, StorageType] => [`torch.${name}`, new StorageType(type)]),
  ['collections.OrderedDict', (pairs) => new Map((pairs as [unknown, unknown][] | undefined)?.filter(Array.isArray))],
  ['torch.Size', (sizes) => sizes],
  ['torch._utils._rebuild_tensor', rebuild],
  ['torch._utils._rebuild_tensor_v2', rebuild],
  ['torch._utils._rebuild_parameter', (data) => data],
]);

function rebuild(storage: unknown, offset: unknown, shape: unknown, strides: unknown): View {
  const fits = storage instanceof Storage && Array.isArray(shape) && Array.isArray(strides);
  if (!fits || ![offset, ...shape, ...strides].every((n) => Number.isSafeInteger(n) && n >= 0))
    throw new PickleError('it describes a tensor by other things than sizes');
  if (shape.length !== strides.length) throw new PickleError('it describes a tensor of two ranks');
  return new View(storage, offset as number, shape as number[], strides as number[]);
}

function stateDictOf(file: string, value: unknown): StateDict {
  if (!(value instanceof Map))
    throw new Error(`${file} holds ${value instanceof View ? 'one tensor' : 'no dict'}; a state dict was expected.`);
  const inner = isStateDict(value) ? [value] : [...value.values()].filter((one) => isStateDict(one) && one.size > 0);
  if (inner.length !== 1)
    throw new Error(
      `${file} holds a dict of ${[...value.keys()].map((key) => `"${String(key)}"`).join(', ')} with ` +
        `${inner.length} state dicts in it; in PyTorch, save the one that you want alone.`,
    );
  const views = [...inner[0]] as [string, View][];
  return tf.tidy(() =>
    Object.fromEntries(views.map(([name, view]) => [name, tensorOf(`${file}: the tensor "${name}"`, view)])),
  );
}

const isStateDict = (value: unknown): value is Map<string, View> =>
  value instanceof Map && [...value].every(([name, item]) => typeof name === 'string' && item instanceof View);

function tensorOf(what: string, { storage, offset, shape, strides }: View): tf.Tensor {
  const { type, bytes } = storage;
  const width = widthOf(type);
  const count = countOf(what, shape);
  const held = Math.floor(bytes.length / width);
  const last = count === 0 ? offset : 1 + shape.reduce((at, size, axis) => at + (size - 1) * strides[axis], offset);
  if (last > held || count > Math.max(held, mostRepeated))
    throw new Error(`${what} declares ${count} numbers, up to the ${last}th of a storage that holds ${held}.`);
  if (contiguous(shape).every((stride, axis) => stride === strides[axis] || shape[axis] === 1))
    return toTensor(what, type, shape, bytes.subarray(offset * width, (offset + count) * width));
  const gathered = new Uint8Array(count * width);
  const place = new Array<number>(shape.length).fill(0);
  for (let i = 0; i < count; i++) {
    const from = place.reduce((at, index, axis) => at + index * strides[axis], offset) * width;
    gathered.set(bytes.subarray(from, from + width), i * width);
    for (let axis = shape.length - 1; axis >= 0 && ++place[axis] === shape[axis]; axis--) place[axis] = 0;
  }
  return toTensor(what, type, shape, gathered);
}
