/** Models and tensors in the formats of other libraries. */
export { fromKeras, toKeras } from './keras/model-file';
export { fromSafetensors, toSafetensors } from './safetensors';
export { fromTorch, toTorch } from './torch/state-dict';
export { toONNX } from './onnx/to-onnx';
