/** Models and tensors in the formats of other libraries. */
export { fromSafetensors, toSafetensors } from './safetensors';
export { fromTorch, toTorch } from './torch/state-dict';
