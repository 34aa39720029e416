/**
 * TensorFlow.js never frees a tensor whose object is gone, and its engine holds every variable for ever (tensorflow/tfjs #4864): a cell that
 * is run again leaves the model and the data of its last run in memory. Here what lives longer than the scope in which it was made (results
 * of the outermost `tf.tidy`, tensors made outside of one, kept ones, variables) is freed when its object is garbage-collected.
 */
import type * as tfjs from '@tensorflow/tfjs';

/** What the engine must know of a tensor to free it. */
interface Held {
  dataId: object;
  readonly dtype: tfjs.DataType;
  readonly size: number;
  /** The name under which the engine finds a variable. */
  readonly name: string | undefined;
  isFreed: boolean;
}

type Watched = tfjs.Tensor & { name?: string; [held]?: Held };

interface Engine {
  readonly state: {
    activeScope?: object | null;
    gradientDepth: number;
    registeredVariables: Record<string, tfjs.Variable>;
  };
  track(tensor: Watched): Watched;
  keep(tensor: Watched): Watched;
  incRef(variable: Watched, backend: unknown): void;
  disposeTensor(tensor: Pick<Held, 'dataId' | 'dtype' | 'size'>): void;
}

/** The version of TensorFlow.js whose engine this was written for. */
export const version = '4.22.0';

const held = Symbol.for('lstm-lab.held');
const installed = Symbol.for('lstm-lab.unreachableTensors');

/** Frees tensors and variables that nothing refers to any more. Does nothing with another version of TensorFlow.js. */
export function freeUnreachable(tf: typeof tfjs): void {
  const engine = tf.engine() as unknown as Engine & { [installed]?: true };
  if (engine[installed] || tf.version['tfjs-core'] !== version) return;
  engine[installed] = true;
  const { state } = engine;
  const { track, keep, incRef, disposeTensor } = engine;
  const variables = weakly(state.registeredVariables);
  state.registeredVariables = variables;

  const registry = new FinalizationRegistry<Held>((of) => {
    if (of.name !== undefined && variables[of.name] === undefined) delete variables[of.name];
    if (of.isFreed) return;
    of.isFreed = true;
    disposeTensor.call(engine, of);
  });
  const watch = (tensor: Watched, name?: string): Watched => {
    if (tensor[held]) return tensor;
    const { dataId, dtype, size } = tensor;
    const value: Held = { dataId, dtype, size, name, isFreed: false };
    Object.defineProperty(tensor, held, { value });
    registry.register(tensor, value);
    return tensor;
  };

  for (const [name, variable] of Object.entries(variables)) watch(variable, name);

  engine.track = (tensor) => (state.activeScope ? track.call(engine, tensor) : watch(tensor));
  // While gradients are recorded the tape keeps tensors by itself, many in a step, and frees them.
  engine.keep = (tensor) => (state.gradientDepth > 0 ? keep.call(engine, tensor) : watch(keep.call(engine, tensor)));
  // A variable is given other data by `assign`: its old data is freed, then this is called.
  engine.incRef = (variable, backend) => {
    incRef.call(engine, variable, backend);
    if (!variable[held]) forgetModels(tf);
    const of = watch(variable, variable.name)[held]!;
    of.dataId = variable.dataId;
    of.isFreed = false;
  };
  engine.disposeTensor = (tensor) => {
    const of = (tensor as Watched)[held];
    if (of) of.isFreed = true;
    disposeTensor.call(engine, tensor);
  };
}

/** Models sort their layers once and keep the last hundred orders, the layers in them; new variables mean a new model. */
function forgetModels(tf: typeof tfjs): void {
  const flag = 'TOPOLOGICAL_SORT_CACHE_MAX_ENTRIES';
  const entries = tf.env().getNumber(flag);
  tf.env().set(flag, 0);
  tf.env().set(flag, entries);
}

/** The same record, which no longer keeps what it holds from being collected. */
function weakly(record: Record<string, tfjs.Variable>): Record<string, tfjs.Variable> {
  const references = new Map(Object.entries(record).map(([name, value]) => [name, new WeakRef(value)]));
  const find = (name: string | symbol) => references.get(name as string)?.deref();
  return new Proxy<Record<string, tfjs.Variable>>(Object.create(null) as Record<string, tfjs.Variable>, {
    get: (_, name) => find(name),
    has: (_, name) => find(name) !== undefined,
    set: (_, name, value: tfjs.Variable) => references.set(name as string, new WeakRef(value)) !== undefined,
    deleteProperty: (_, name) => references.delete(name as string) || true,
    ownKeys: () => [...references.keys()].filter((name) => find(name) !== undefined),
    getOwnPropertyDescriptor: (_, name) => {
      const value = find(name);
      return value && { value, writable: true, enumerable: true, configurable: true };
    },
  });
}
