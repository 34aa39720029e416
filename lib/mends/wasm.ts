/** All that is changed in TensorFlow.js' wasm backend. */
import type * as tfjs from '@tensorflow/tfjs';
import { mendWasmConv3dGradients } from './wasm-conv3d-gradients';
import { mendWasmConvolutionGradients } from './wasm-convolution-gradients';
import { mendWasmFusedMatMul } from './wasm-fused-matmul';
import { mendWasmSegmentSum } from './wasm-segment-sum';

/** @param found the version of the backend */
export function mendWasm(tf: typeof tfjs, found: string): void {
  mendWasmSegmentSum(tf, found);
  mendWasmConv3dGradients();
  mendWasmConvolutionGradients(tf, found);
  mendWasmFusedMatMul();
}
