/** What starts in a process of Node: native TensorFlow or WebAssembly, as the environment asks or else as can be. */
import path from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { serveFileUrls } from '../mends/file-urls';
import { mendNativeDenseBincount } from '../mends/native-dense-bincount';
import { warnOfSecondCopy } from '../mends/second-copy';
import { setting, warn } from '../platform';
import { doctorCommand } from '../version';
import { deviceChoice, type DeviceChoice } from './device';
import { isNotInstalled, loadNative, nodeVersion, threadCount, whyNotLoaded } from './load-native';
import { ModelFolder } from './model-folder';
import { loadWasm } from './wasm';
import type { WasmKernels } from './wasm-kernels';

/** What computes, chosen once for the whole program. */
export interface Started {
  name: 'native' | 'wasm';
  /** Which device was asked for. */
  wish: DeviceChoice;
  /** How many threads an operation may use. */
  threads: number;
  /** The version of tfjs-node; none with wasm. */
  tfjsNode?: string;
  /** This library's kernels in WebAssembly; none with native TensorFlow, and where there are no vector instructions. */
  kernels?: WasmKernels;
}

const wish = deviceChoice(setting('LSTM_LAB_DEVICE'));

export const started: Started = start(setting('LSTM_LAB_BACKEND'));
warnOfSecondCopy({
  library: path.dirname(__dirname),
  tfjs: path.dirname(
    require.resolve('@tensorflow/tfjs-core/package.json', { paths: [require.resolve('@tensorflow/tfjs')] }),
  ),
});
serveFileUrls(tf, (path) => new ModelFolder(path));

function start(asked: string | undefined): Started {
  if (asked && asked !== 'native' && asked !== 'wasm') {
    throw new Error(`LSTM_LAB_BACKEND is '${asked}', expected 'native' or 'wasm'.`);
  }
  if (asked === 'wasm') return startWasm();
  try {
    loadNative(wish);
    if (tf.getBackend() !== 'tensorflow') throw new Error('its binding does not start');
    mendNativeDenseBincount(tf, nodeVersion());
    return { name: 'native', wish, threads: threadCount(), tfjsNode: nodeVersion() };
  } catch (error) {
    const reason = whyNotLoaded(error);
    if (asked === 'native') throw new Error(`TensorFlow's native library cannot be used: ${reason}`, { cause: error });
    const started = startWasm();
    if (!isNotInstalled(error))
      warn(
        `TensorFlow's native library cannot be used here (${reason}), so WebAssembly computes, several times slower: ` +
          `\`${doctorCommand()}\` says what to do.`,
      );
    return started;
  }
}

function startWasm(): Started {
  const kernels = loadWasm(threadCount());
  return { name: 'wasm', wish, threads: kernels?.threadCount ?? 1, kernels };
}
