/**
 * Two copies of this library, or of TensorFlow.js, in one process. Copies of TensorFlow.js share an engine but neither their classes nor
 * their registry of layers, so that half of a program meets layers without mends and tensors of another class: nothing fails at once.
 */
import * as tf from '@tensorflow/tfjs';
import { warn } from '../platform';

const loaded = Symbol.for('lstm-lab.loaded');

/** The places, on disk, of this library and of the TensorFlow.js that it computes with. */
export interface Copy {
  library: string;
  tfjs: string;
}

/** Says in one sentence on stderr when this library is loaded a second time, or when another TensorFlow.js is in the process or joins it. */
export function warnOfSecondCopy(own: Copy): void {
  const all = globalThis as { [loaded]?: Copy };
  const first = (all[loaded] ??= own);
  if (first.library !== own.library)
    warn(
      `it is loaded twice, from ${first.library} and from ${own.library}: layers of one copy do not know the other's.`,
    );
  const others = () => copiesOfCore().filter((folder) => folder !== own.tfjs);
  const say = (other: string) =>
    warn(
      `TensorFlow.js is loaded twice, from ${own.tfjs} and from ${other}: take \`tf\` from 'lstm-lab', or install one version of it.`,
    );
  others().forEach(say);
  // Every copy of TensorFlow.js that joins the shared engine names its platform.
  const environment = tf.env();
  const setPlatform = environment.setPlatform.bind(environment);
  environment.setPlatform = (name, platform) => {
    others().slice(-1).forEach(say);
    setPlatform(name, platform);
  };
}

/** The folders that tfjs-core was loaded from. */
function copiesOfCore(): string[] {
  const found = Object.keys(require.cache).map(
    (file) => /^(.*[\\/]@tensorflow[\\/]tfjs-core)[\\/]dist[\\/]/.exec(file)?.[1],
  );
  return [...new Set(found.filter((folder): folder is string => folder !== undefined))];
}
