/** Two mends of stock TensorFlow.js, applied when a cell has loaded it: training that can be interrupted, and tensors that print readably. */
import { inspect, type InspectOptionsStylized } from 'node:util';
import { askingCell, Interrupted } from './context';
import { describeTensor, type TensorLike } from './results/tensor';

type Method = (this: Record<string, unknown>, ...args: unknown[]) => Promise<unknown>;
type Prototype = Record<string, Method> & { [inspect.custom]?: unknown };

interface Core {
  Tensor: { prototype: Prototype };
  memory(): { numTensors: number };
}

let core: Core | undefined;
let layersMended = false;

/** Mends whatever of TensorFlow.js is loaded and not yet mended. */
export function mendTensorFlow(): void {
  if (!core) {
    core = loaded('@tensorflow/tfjs-core') as Core | undefined;
    if (core) printTensors(core.Tensor.prototype);
  }
  const layers = layersMended
    ? undefined
    : (loaded('@tensorflow/tfjs-layers') as { LayersModel: { prototype: Prototype } } | undefined);
  if (!layers) return;
  layersMended = true;
  for (const name of ['fit', 'fitDataset']) stopOnInterrupt(layers.LayersModel.prototype, name);
}

/** Tensors that TensorFlow.js holds now; 0 when it is not loaded. */
export function tensorCount(): number {
  return core?.memory().numTensors ?? 0;
}

/** A package's main module, once it has been evaluated. */
function loaded(name: string): unknown {
  const main = new RegExp(
    `[\\\\/]node_modules[\\\\/]${name.replace('/', '[\\\\/]')}[\\\\/]dist[\\\\/][\\w-]+\\.node\\.js$`,
  );
  const file = Object.keys(require.cache).find((path) => main.test(path));
  const entry = file === undefined ? undefined : require.cache[file];
  return entry?.loaded ? entry.exports : undefined;
}

function printTensors(prototype: Prototype): void {
  prototype[inspect.custom] = function (this: TensorLike, depth: number, options: InspectOptionsStylized) {
    const whole = depth === options.depth || depth === (options.depth ?? 2) + 1;
    return describeTensor(this, whole);
  };
}

/** tfjs looks at `stopTraining_` after each batch: while the cell is interrupted it reads true. */
function stopOnInterrupt(prototype: Prototype, name: string): void {
  const original = prototype[name];
  prototype[name] = async function (...args) {
    const signal = askingCell()?.signal;
    if (!signal) return original.apply(this, args);
    let stopped = Boolean(this.stopTraining_);
    Object.defineProperty(this, 'stopTraining_', {
      configurable: true,
      enumerable: true,
      get: () => stopped || signal.aborted,
      set: (value: boolean) => (stopped = value),
    });
    try {
      const history = await original.apply(this, args);
      if (signal.aborted) throw new Interrupted();
      return history;
    } finally {
      Object.defineProperty(this, 'stopTraining_', {
        value: stopped,
        writable: true,
        configurable: true,
        enumerable: true,
      });
    }
  };
}
