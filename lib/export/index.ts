/** Models and tensors in the formats of other libraries. @module */
export { fromKeras, toKeras } from './keras/model-file';
export { fromSafetensors, toSafetensors } from './safetensors';
export { fromTorch, toTorch } from './torch/state-dict';
export { fromONNX } from './onnx/from-onnx';
export { toONNX } from './onnx/to-onnx';
export { fromSavedModel, type SavedModelOptions } from './saved-model/from-saved-model';
export type { SavedModel } from './saved-model/saved-model';
export type { TensorSpec } from './saved-model/signatures';
export { toBundle, type BundleOptions } from './bundle/to-bundle';
export { fromBundle } from './bundle/from-bundle';
export type { Bundle, Sample } from './bundle/bundle';
export type { Answer, Classification, Continuation, Regression } from './bundle/answers';
export type { BundleDescription, Task } from './bundle/description';
export type { Explanation } from './bundle/explanation';
export type { GenerateOptions } from './bundle/generation';
export { InputError } from './bundle/input-error';
