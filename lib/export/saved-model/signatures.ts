/** What stands in a SavedModel of TensorFlow: its graphs' tags, and their signatures with the names, types and shapes of tensors. */
import path from 'node:path';
import type { tf } from '../../backend';
import { filesIn, isThere, readFile } from '../../files';
import { message, messageType } from '../protobuf';

/** A tensor that a signature takes or gives. */
export interface TensorSpec {
  /** TensorFlow.js's type of it. */
  dtype: tf.DataType;
  /** null in it: any size; null instead of it: any shape. */
  shape: (number | null)[] | null;
  /** TensorFlow's name of the type, for example `int64`, of which TensorFlow.js has no tensors; they are `dtype` here. */
  stored: string;
  /** TensorFlow's number of that type. */
  type: number;
  /** Where it goes into the graph, or comes out of it. */
  node: string;
}

export interface Signature {
  inputs: Record<string, TensorSpec>;
  outputs: Record<string, TensorSpec>;
}

export interface MetaGraph {
  tags: string[];
  signatures: Record<string, Signature>;
}

/** tensorflow/core/protobuf/saved_model.proto and meta_graph.proto, as far as they are read here. */
const messages = {
  SavedModel: message({ metaGraphs: [2, 'MetaGraphDef', 'repeated'] }),
  MetaGraphDef: message({ metaInfoDef: [1, 'MetaInfoDef'], signatureDef: [5, 'SignatureEntry', 'repeated'] }),
  MetaInfoDef: message({ tags: [4, 'string', 'repeated'] }),
  SignatureEntry: message({ key: [1, 'string'], value: [2, 'SignatureDef'] }),
  SignatureDef: message({ inputs: [1, 'TensorEntry', 'repeated'], outputs: [2, 'TensorEntry', 'repeated'] }),
  TensorEntry: message({ key: [1, 'string'], value: [2, 'TensorInfo'] }),
  TensorInfo: message({ name: [1, 'string'], dtype: [2, 'int32'], tensorShape: [3, 'TensorShapeProto'] }),
  TensorShapeProto: message({ dim: [2, 'Dim', 'repeated'], unknownRank: [3, 'bool'] }),
  Dim: message({ size: [1, 'int64'] }),
};

interface Entry<Value> {
  key: string;
  value: Value | null;
}

interface TensorInfo {
  name: string;
  dtype: number;
  tensorShape: { dim: { size: number }[]; unknownRank: boolean } | null;
}

interface SavedModelProto {
  metaGraphs: {
    metaInfoDef: { tags: string[] } | null;
    signatureDef: Entry<{ inputs: Entry<TensorInfo>[]; outputs: Entry<TensorInfo>[] }>[];
  }[];
}

/** TensorFlow's types by their numbers (tensorflow/core/framework/types.proto), and what they are in TensorFlow.js. */
const types: Record<number, [stored: string, dtype: tf.DataType]> = {
  1: ['float32', 'float32'],
  2: ['float64', 'float32'],
  3: ['int32', 'int32'],
  4: ['uint8', 'int32'],
  5: ['int16', 'int32'],
  6: ['int8', 'int32'],
  7: ['string', 'string'],
  8: ['complex64', 'complex64'],
  9: ['int64', 'int32'],
  10: ['bool', 'bool'],
  14: ['bfloat16', 'float32'],
  17: ['uint16', 'int32'],
  19: ['float16', 'float32'],
};

const graphFile = 'saved_model.pb';

/** Whether this is a folder in which TensorFlow has saved a model. */
export const isSavedModel = (folder: string): boolean => isThere(path.join(folder, graphFile));

/**
 * The graphs of a SavedModel. Its weights are not read, so it may be asked without TensorFlow.
 * @throws Error of one sentence when the folder is missing, or is no SavedModel
 */
export async function metaGraphsOf(folder: string): Promise<MetaGraph[]> {
  if (!isSavedModel(folder)) throw new Error(whatElse(folder));
  const file = path.join(folder, graphFile);
  const type = await messageType(messages, 'SavedModel');
  let proto: SavedModelProto;
  try {
    proto = type.toObject(type.decode(readFile(file)), { longs: Number, defaults: true }) as SavedModelProto;
  } catch (error) {
    throw new Error(`${file} is no SavedModel of TensorFlow, or not whole.`, { cause: error });
  }
  if (proto.metaGraphs.length === 0) throw new Error(`${file} is no SavedModel of TensorFlow: it holds no graph.`);
  return proto.metaGraphs.map(({ metaInfoDef, signatureDef }) => ({
    tags: metaInfoDef?.tags ?? [],
    signatures: Object.fromEntries(
      signatureDef
        .filter(({ key }) => key !== '__saved_model_init_op')
        .map(({ key, value }) => [key, { inputs: specsOf(value?.inputs), outputs: specsOf(value?.outputs) }]),
    ),
  }));
}

function whatElse(folder: string): string {
  if (!isThere(folder)) return `${folder} does not exist.`;
  let names: string[];
  try {
    names = filesIn(folder);
  } catch {
    return `${folder} is a file; a SavedModel is a folder with ${graphFile} in it: give the folder.`;
  }
  if (names.includes('saved_model.pbtxt'))
    return `${folder} holds its graph as text, saved_model.pbtxt, which is not read; save it again with tf.saved_model.save.`;
  return `${folder} holds no ${graphFile}, so it is no SavedModel; Keras writes one with model.export(folder), TensorFlow with tf.saved_model.save.`;
}

const specsOf = (entries: Entry<TensorInfo>[] = []): Record<string, TensorSpec> =>
  Object.fromEntries(entries.flatMap(({ key, value }) => (value ? [[key, specOf(value)]] : [])));

function specOf({ name, dtype: type, tensorShape }: TensorInfo): TensorSpec {
  const [stored, dtype] = types[type] ?? [`type ${type}`, 'float32'];
  const isAny = tensorShape === null || tensorShape.unknownRank;
  return {
    dtype,
    shape: isAny ? null : tensorShape.dim.map(({ size }) => (size < 0 ? null : size)),
    stored,
    type,
    node: name,
  };
}

/** Whether tensors of a signature's type can go to the graph, or come from it. */
export const isKnownType = ({ type }: TensorSpec): boolean => Object.hasOwn(types, type);
