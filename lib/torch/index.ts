/**
 * PyTorch's networks in TypeScript: same seed, same weights, same losses. Options come by their names, or one after the other in PyTorch's
 * order.
 * @module
 */
export { GELU, LeakyReLU, LogSoftmax, ReLU, Sigmoid, SiLU, Softmax, Tanh } from './activations';
export { detach, gradients, noGrad } from './autograd';
export type { Gradients } from './autograd';
export { ModuleList, Sequential } from './containers';
export { DataLoader } from './data-loader';
export type { DataLoaderOptions } from './data-loader';
export { Dropout } from './dropout';
export { Embedding } from './embedding';
export { Generator } from './generator';
export { GRU, GRUCell } from './gru';
export { LayerNorm } from './layer-norm';
export type { LayerNormOptions } from './layer-norm';
export { Linear } from './linear';
export * from './losses';
export { LSTM, LSTMCell } from './lstm';
export type { LSTMArgs, LSTMState } from './lstm';
export { Module } from './module';
export type { StateDict } from './module';
export * from './optimizers';
export { PackedSequence, packPaddedSequence, padPackedSequence } from './packing';
export type { PackOptions, PadOptions } from './packing';
export { defaultGenerator, manualSeed, rand, randint, randn, randperm } from './random';
export type { CellArgs } from './cell';
export type { RecurrentArgs } from './recurrent';
export { RNN, RNNCell } from './rnn';
export type { RNNArgs, RNNCellArgs } from './rnn';
export * from './schedulers';
export { select } from './select';
