/** The one place that chooses native TensorFlow or wasm, and exports `tf`. */
import util from 'node:util';

// tfjs-node calls functions that Node 23 removed (tensorflow/tfjs #8609).
const legacy = util as unknown as Record<string, unknown>;
legacy.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
legacy.isArray ??= Array.isArray;
process.env.TF_CPP_MIN_LOG_LEVEL ??= '3';

import '@tensorflow/tfjs-node-gpu';
import * as tf from '@tensorflow/tfjs';

export { tf };
