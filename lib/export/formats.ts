/** The formats of files, by the ends of their names: what each holds, and how it is read and written. */
import path from 'node:path';
import { tf } from '../backend';
import { readFile } from '../files';
import { fromBundle } from './bundle/from-bundle';
import { fromKeras, toKeras } from './keras/model-file';
import { toKerasModel } from './keras/to-keras';
import { fromONNX } from './onnx/from-onnx';
import { checkONNX, toONNX } from './onnx/to-onnx';
import { fromSafetensors, toSafetensors } from './safetensors';
import { isSavedModel } from './saved-model/signatures';
import { fromTorch, toTorch } from './torch/state-dict';

type Tensors = Record<string, tf.Tensor>;

interface Format<Content> {
  name: string;
  endings: string[];
  read(file: string): Promise<Content>;
  write(content: Content, file: string): Promise<void>;
}

export interface ModelFormat extends Format<tf.LayersModel> {
  holds: 'a model';
  /** Throws when the format cannot hold a layer of the model. */
  check(model: tf.LayersModel): void;
}

export interface TensorFormat extends Format<Tensors> {
  holds: 'tensors';
}

const keras = {
  holds: 'a model' as const,
  read: fromKeras,
  write: toKeras,
  check: (model: tf.LayersModel) => void toKerasModel(model),
};

export const formats: (ModelFormat | TensorFormat)[] = [
  { ...keras, name: 'Keras 3', endings: ['.keras'] },
  { ...keras, name: "Keras's HDF5", endings: ['.h5', '.hdf5'] },
  { holds: 'a model', name: 'ONNX', endings: ['.onnx'], read: fromONNX, write: toONNX, check: checkONNX },
  {
    holds: 'a model',
    name: 'TensorFlow.js',
    endings: ['.json'],
    read: readJson,
    write: writeJson,
    check: () => undefined,
  },
  {
    holds: 'a model',
    name: 'bundle',
    endings: ['.lstm'],
    read: async (file) => (await fromBundle(file)).model,
    write: refuseBundle,
    check: refuseBundle,
  },
  { holds: 'tensors', name: 'safetensors', endings: ['.safetensors'], read: fromSafetensors, write: toSafetensors },
  { holds: 'tensors', name: 'PyTorch', endings: ['.pt', '.pth'], read: fromTorch, write: toTorch },
];

function refuseBundle(): never {
  throw new Error(
    'a bundle holds more than a model: its vocabulary, scaler or labels; write it by toBundle(model, file, { task, … }).',
  );
}

/** The format of a file. @throws Error that lists the formats when the name ends like none of theirs. */
export function formatOf(file: string): ModelFormat | TensorFormat {
  const found = formats.find(({ endings }) => endings.some((ending) => file.toLowerCase().endsWith(ending)));
  if (found) return found;
  if (isSavedModel(file))
    throw new Error(
      `${file} is a SavedModel: a graph, without the layers that other formats hold. fromSavedModel predicts with it; convert the .keras file of the same model.`,
    );
  const known = formats.flatMap(({ endings }) => endings).join(', ');
  throw new Error(`${file}: the end of the name says no known format; known are ${known}.`);
}

/** A `model.json` of TensorFlow.js itself, or of its converter. */
async function readJson(file: string): Promise<tf.LayersModel> {
  const isOwn = /"generatedBy"\s*:\s*"TensorFlow\.js/.test(readFile(file).toString('utf8'));
  return isOwn ? tf.loadLayersModel(`file://${path.resolve(file)}`) : fromKeras(file);
}

async function writeJson(model: tf.LayersModel, file: string): Promise<void> {
  if (path.basename(file) !== 'model.json')
    throw new Error(
      `${file}: TensorFlow.js writes model.json and its weights into a folder; name it FOLDER/model.json.`,
    );
  await model.save(`file://${path.dirname(path.resolve(file))}`);
}
