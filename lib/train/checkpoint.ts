/**
 * Checkpoints on disk. A checkpoint is a folder that plain TensorFlow.js can load (`model.json` and its weights), with the state of the
 * training beside it. `model.json` names the other files and is replaced last, in one rename: whatever kills the process, the folder
 * holds a whole checkpoint, the old one or the new.
 */
import fs from 'node:fs';
import path from 'node:path';
import { tf } from '../backend';

/** Tensors and JSON of a training, beside the model's weights. */
export interface TrainingState {
  values: Record<string, unknown>;
  tensors: Record<string, tf.Tensor>;
}

interface ModelFile {
  modelTopology: unknown;
  weightsManifest: { paths: string[]; weights: tf.io.WeightsManifestEntry[] }[];
  userDefinedMetadata?: {
    training?: { values: Record<string, unknown>; file: string; specs: tf.io.WeightsManifestEntry[] };
  };
  [field: string]: unknown;
}

/** Writes a checkpoint of a model, and of a training's state, into `folder`; `stamp` tells its files from those of the one before. */
export async function writeCheckpoint(
  folder: string,
  model: tf.LayersModel,
  state: TrainingState,
  stamp: number,
): Promise<void> {
  fs.mkdirSync(folder, { recursive: true });
  const { modelTopology, weightSpecs, weightData } = await artifacts(model);
  const weights = `weights-${stamp}.bin`;
  const training = `training-${stamp}.bin`;
  const encoded = await tf.io.encodeWeights(state.tensors);
  writeDurably(path.join(folder, weights), Buffer.from(tf.io.CompositeArrayBuffer.join(weightData)));
  writeDurably(path.join(folder, training), Buffer.from(encoded.data));
  const content: ModelFile = {
    format: 'layers-model',
    generatedBy: 'lstm-lab',
    convertedBy: null,
    modelTopology,
    weightsManifest: [{ paths: [weights], weights: weightSpecs! }],
    userDefinedMetadata: { training: { values: state.values, file: training, specs: encoded.specs } },
  };
  const partial = path.join(folder, `model-${stamp}.partial`);
  writeDurably(partial, Buffer.from(JSON.stringify(content)));
  fs.renameSync(partial, modelFile(folder));
  for (const name of fs.readdirSync(folder)) {
    const isOurs = /^(weights|training|model)-\d+\.(bin|partial)$/.test(name);
    if (isOurs && name !== weights && name !== training) fs.rmSync(path.join(folder, name), { force: true });
  }
}

/** Whether `folder` holds a checkpoint. */
export function hasCheckpoint(folder: string): boolean {
  return fs.existsSync(modelFile(folder));
}

/** Puts a checkpoint's weights into a model of the same shapes, and gives the training's state; the caller disposes of its tensors. */
export function readCheckpoint(folder: string, model: tf.LayersModel): TrainingState {
  const content = readModelFile(folder);
  const [{ paths, weights: specs }] = content.weightsManifest;
  const expected = model.getWeights();
  const fits =
    specs.length === expected.length && specs.every((spec, i) => String(spec.shape) === String(expected[i].shape));
  if (!fits) {
    throw new Error(
      `${folder} holds a checkpoint of another model: weights ${specs.map(({ shape }) => `[${shape}]`).join(' ')}; ` +
        `this model has ${expected.map(({ shape }) => `[${shape}]`).join(' ')}.`,
    );
  }
  const weights = tf.io.decodeWeights(readBinary(path.join(folder, paths[0]), specs), specs);
  model.setWeights(specs.map(({ name }) => weights[name]));
  tf.dispose(weights);
  const { training } = content.userDefinedMetadata ?? {};
  if (!training) return { values: {}, tensors: {} };
  const tensors = tf.io.decodeWeights(readBinary(path.join(folder, training.file), training.specs), training.specs);
  return { values: training.values, tensors };
}

/** Builds the model that a checkpoint holds, with its weights; it is not compiled. Throws when there is none or it is damaged. */
export async function loadCheckpoint(folder: string): Promise<tf.LayersModel> {
  const { modelTopology, weightsManifest } = readModelFile(folder);
  const [{ paths, weights: weightSpecs }] = weightsManifest;
  const weightData = readBinary(path.join(folder, paths[0]), weightSpecs);
  return tf.loadLayersModel(tf.io.fromMemory({ modelTopology: modelTopology as object, weightSpecs, weightData }));
}

const modelFile = (folder: string): string => path.join(folder, 'model.json');

function readModelFile(folder: string): ModelFile {
  if (!hasCheckpoint(folder)) throw new Error(`${folder} holds no checkpoint (no model.json).`);
  try {
    const content = JSON.parse(fs.readFileSync(modelFile(folder), 'utf8')) as ModelFile;
    if (!content.weightsManifest?.[0]?.paths?.[0]) throw new Error('it names no weights');
    return content;
  } catch (error) {
    throw new Error(`${modelFile(folder)} is damaged: ${(error as Error).message}.`);
  }
}

function readBinary(file: string, specs: tf.io.WeightsManifestEntry[]): ArrayBuffer {
  const expected = specs.reduce((sum, { shape, dtype }) => sum + tf.util.sizeFromShape(shape) * bytesOf(dtype), 0);
  const content = fs.existsSync(file) ? fs.readFileSync(file) : Buffer.alloc(0);
  if (content.length !== expected) {
    throw new Error(`${file} is damaged: it has ${content.length} bytes, ${expected} were expected.`);
  }
  return content.buffer.slice(content.byteOffset, content.byteOffset + content.byteLength) as ArrayBuffer;
}

const bytesOf = (dtype: string): number => (dtype === 'bool' ? 1 : 4);

async function artifacts(model: tf.LayersModel): Promise<tf.io.ModelArtifacts> {
  let saved: tf.io.ModelArtifacts | undefined;
  await model.save(
    tf.io.withSaveHandler(async (content) => {
      saved = content;
      return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(content) };
    }),
  );
  return saved!;
}

/** Writes a file and waits until it is on the disk, so that the rename after it never names a file that is not. */
function writeDurably(file: string, content: Buffer): void {
  const handle = fs.openSync(file, 'w');
  try {
    fs.writeSync(handle, content);
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}
