/** A bundle's parts, made of its model and its description; what does not fit together is refused in one sentence. */
import type { tf } from '../../backend';
import type { BundleDescription, OutputState } from './description';
import { TextInput, type TextState } from './text-input';
import { scalerFrom, WindowInput, type Scaler } from './window-input';

/** The way into a model. @throws Error when it does not fit the model's input. */
export function inputOf(model: tf.LayersModel, { input, task }: BundleDescription): TextInput | WindowInput {
  if (model.inputs.length !== 1 || model.outputs.length !== 1)
    throw new Error(
      `a bundle's model has one input and one output; this one has ${model.inputs.length} and ${model.outputs.length}`,
    );
  const { shape } = model.inputs[0];
  if (input.kind === 'text') return textInputOf(model, shape, input);
  if (task === 'generate') throw new Error('a model that writes texts needs a vocabulary or a tokenizer');
  if (shape.length !== 3 || shape[2] === null)
    throw new Error(`a model of windows takes [batch, time, features]; this one takes ${sizes(shape)}`);
  const scaler = input.scaler && scalerFrom(input.scaler);
  const scaled = input.scaler?.shift.length ?? shape[2];
  if (scaled !== shape[2]) throw new Error(`the scaler has ${scaled} features, the model reads ${shape[2]}`);
  return new WindowInput(shape[1], shape[2], scaler);
}

function textInputOf(model: tf.LayersModel, shape: tf.Shape, state: TextState): TextInput {
  if (shape.length !== 2) throw new Error(`a model of texts takes [batch, time]; this one takes ${sizes(shape)}`);
  const embedding = model.layers.find((layer) => layer.getClassName() === 'Embedding');
  const { inputDim, maskZero } = (embedding?.getConfig() ?? {}) as { inputDim?: number; maskZero?: boolean };
  const padding = { ...state.padding, ...(shape[1] === null ? {} : { maxLen: state.padding?.maxLen ?? shape[1] }) };
  if (shape[1] !== null && padding.maxLen !== shape[1])
    throw new Error(`texts are padded to ${padding.maxLen} tokens, the model reads ${shape[1]}`);
  const input = TextInput.fromJSON({ ...state, padding }, maskZero === true && (padding.value ?? 0) === 0);
  if (inputDim !== undefined && input.largest >= inputDim)
    throw new Error(
      `the embedding has ${inputDim} rows; the numbers of tokens go up to ${input.largest}: give it inputDim ${input.largest + 1}`,
    );
  return input;
}

/** Checks that the labels are as many as the model's classes. @throws Error when they are not. */
export function checkLabels(model: tf.LayersModel, { task, labels }: BundleDescription): void {
  if (task !== 'classify') return;
  const shape = model.outputs[0].shape;
  const classes = shape.at(-1) === 1 ? 2 : shape.at(-1);
  if (shape.length !== 2)
    throw new Error(`a model that classifies gives [batch, classes]; this one gives ${sizes(shape)}`);
  if (labels?.length !== classes)
    throw new Error(
      `the model tells ${classes} classes apart, so labels are ${classes} names${shape.at(-1) === 1 ? ', those of 0 and of 1' : ''}; got ${labels?.length ?? 'none'}`,
    );
}

/** Numbers of a model, flat with their last axis, in their unit. @throws Error when the scaler does not fit. */
export function unitOf(model: tf.LayersModel, output: OutputState | undefined): (values: number[]) => number[] {
  if (!output) return (values) => values;
  const scaler: Scaler = scalerFrom(output.scaler);
  const features = output.scaler.shift.length;
  const { feature } = output;
  if (feature !== undefined) {
    if (feature >= features) throw new Error(`the scaler has ${features} features; there is no feature ${feature}`);
    return (values) => scaler.inverseTransform(values, feature);
  }
  const width = model.outputs[0].shape.at(-1);
  if (width !== features)
    throw new Error(
      `the scaler has ${features} features, the model gives ${width}: say by target of which feature they are`,
    );
  return (values) => values.map((value, i) => scaler.inverseTransform([value], i % features)[0]);
}

const sizes = (shape: tf.Shape): string => `[${shape.map((size) => size ?? 'null').join(', ')}]`;
