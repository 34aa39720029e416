/** The messages of ONNX's files that are written and read here (onnx.proto of ONNX 1.17, IR version 8), by protobufjs. */
import { message, messageType } from '../protobuf';

/** An attribute has the one field that its kind needs: `{ i: 3 }`, `{ ints: [1, 2] }`. */
export type Attribute =
  | { i: number }
  | { f: number }
  | { s: string }
  | { ints: number[] }
  | { floats: number[] }
  | { strings: string[] };

export interface Node {
  input: string[];
  output: string[];
  name: string;
  opType: string;
  attribute: object[];
}

export interface TensorProto {
  dims: number[];
  dataType: number;
  name: string;
  rawData: Uint8Array;
}

/** `TensorProto.DataType`. */
export const dataTypes = { float32: 1, int32: 6, int64: 7, bool: 9 } as const;

/** `AttributeProto.AttributeType` by the field that holds the value. */
export const attributeTypes = { f: 1, i: 2, s: 3, floats: 6, ints: 7, strings: 8 } as const;

const messages = {
  ModelProto: message({
    irVersion: [1, 'int64'],
    producerName: [2, 'string'],
    graph: [7, 'GraphProto'],
    opsetImport: [8, 'OperatorSetIdProto', 'repeated'],
  }),
  OperatorSetIdProto: message({ domain: [1, 'string'], version: [2, 'int64'] }),
  GraphProto: message({
    node: [1, 'NodeProto', 'repeated'],
    name: [2, 'string'],
    initializer: [5, 'TensorProto', 'repeated'],
    input: [11, 'ValueInfoProto', 'repeated'],
    output: [12, 'ValueInfoProto', 'repeated'],
  }),
  NodeProto: message({
    input: [1, 'string', 'repeated'],
    output: [2, 'string', 'repeated'],
    name: [3, 'string'],
    opType: [4, 'string'],
    attribute: [5, 'AttributeProto', 'repeated'],
    domain: [7, 'string'],
  }),
  AttributeProto: message({
    name: [1, 'string'],
    f: [2, 'float'],
    i: [3, 'int64'],
    s: [4, 'bytes'],
    floats: [7, 'float', 'repeated'],
    ints: [8, 'int64', 'repeated'],
    strings: [9, 'bytes', 'repeated'],
    t: [5, 'TensorProto'],
    g: [6, 'GraphProto'],
    type: [20, 'int32'],
  }),
  TensorProto: message({
    dims: [1, 'int64', 'repeated'],
    dataType: [2, 'int32'],
    floatData: [4, 'float', 'repeated'],
    int32Data: [5, 'int32', 'repeated'],
    int64Data: [7, 'int64', 'repeated'],
    name: [8, 'string'],
    rawData: [9, 'bytes'],
    doubleData: [10, 'double', 'repeated'],
    externalData: [13, 'StringStringEntryProto', 'repeated'],
    dataLocation: [14, 'int32'],
  }),
  StringStringEntryProto: message({ key: [1, 'string'], value: [2, 'string'] }),
  ValueInfoProto: message({ name: [1, 'string'], type: [2, 'TypeProto'] }),
  TypeProto: message({ tensorType: [1, 'TensorTypeProto'] }),
  TensorTypeProto: message({ elemType: [1, 'int32'], shape: [2, 'TensorShapeProto'] }),
  TensorShapeProto: message({ dim: [1, 'DimensionProto', 'repeated'] }),
  DimensionProto: message({ dimValue: [1, 'int64'], dimParam: [2, 'string'] }),
};

const modelType = () => messageType(messages, 'ModelProto');

/** The bytes of a `ModelProto`. */
export async function encodeModel(model: object): Promise<Uint8Array> {
  const type = await modelType();
  return type.encode(type.create(model as Record<string, unknown>)).finish();
}

/** A `ModelProto` as its file has it: what the file leaves out has its default, integers of 64 bits are numbers. */
export interface ModelProto {
  opsetImport: { domain: string; version: number }[];
  graph: GraphProto | null;
}

export interface GraphProto {
  node: NodeProto[];
  initializer: StoredTensor[];
  input: ValueInfoProto[];
  output: ValueInfoProto[];
}

export interface NodeProto {
  input: string[];
  output: string[];
  name: string;
  opType: string;
  domain: string;
  attribute: AttributeProto[];
}

export interface AttributeProto {
  name: string;
  f: number;
  i: number;
  s: Uint8Array;
  t: StoredTensor | null;
  g: GraphProto | null;
  floats: number[];
  ints: number[];
  strings: Uint8Array[];
}

/** A tensor whose numbers may stand in any of the fields, or in a file beside the model's. */
export interface StoredTensor extends TensorProto {
  floatData: number[];
  int32Data: number[];
  int64Data: number[];
  doubleData: number[];
  externalData: { key: string; value: string }[];
  dataLocation: number;
}

export interface ValueInfoProto {
  name: string;
  type: {
    tensorType: { elemType: number; shape: { dim: { dimValue: number; dimParam: string }[] } | null } | null;
  } | null;
}

/** The `ModelProto` of these bytes. @throws Error when they are none */
export async function decodeModel(bytes: Uint8Array): Promise<ModelProto> {
  const type = await modelType();
  return type.toObject(type.decode(bytes), { longs: Number, defaults: true }) as ModelProto;
}
