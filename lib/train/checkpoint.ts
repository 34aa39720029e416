/**
 * Checkpoints on disk. A checkpoint is a folder that plain TensorFlow.js can load (`model.json` and its weights), with the state of the
 * training beside it. `model.json` names the other files and is replaced last, in one rename: whatever kills the process, the folder
 * holds a whole checkpoint, the old one or the new.
 */
import path from 'node:path';
import { tf } from '../backend';
import { fileInside, filesIn, isThere, makeFolder, readBuffer, readFile, removeFile, replaceFile } from '../files';

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

/**
 * Writes a checkpoint of a model, and of a training's state, into `folder`. Its files have a number that none there has yet, so that the
 * checkpoint before stays whole until this one is. Throws a `WriteError` when the system cannot write; the old checkpoint is untouched then.
 */
export async function writeCheckpoint(folder: string, model: tf.LayersModel, state: TrainingState): Promise<void> {
  makeFolder(folder);
  const { modelTopology, weightSpecs, weightData } = await artifacts(model);
  const encoded = await tf.io.encodeWeights(state.tensors);
  const before = checkpointFiles(folder);
  const stamp = 1 + Math.max(0, ...before.map((name) => Number(/\d+/.exec(name)![0])));
  const weights = `weights-${stamp}.bin`;
  const training = `training-${stamp}.bin`;
  const content: ModelFile = {
    format: 'layers-model',
    generatedBy: 'lstm-lab',
    convertedBy: null,
    modelTopology,
    weightsManifest: [{ paths: [weights], weights: weightSpecs! }],
    userDefinedMetadata: { training: { values: state.values, file: training, specs: encoded.specs } },
  };
  try {
    replaceFile(path.join(folder, weights), pieces(weightData!));
    replaceFile(path.join(folder, training), pieces(encoded.data));
    replaceFile(modelFile(folder), JSON.stringify(content));
  } catch (error) {
    remove(folder, [weights, training]); // a full disk keeps no half of a checkpoint
    throw error;
  }
  remove(folder, before);
}

/** The names of the files, `model.json` apart, that checkpoints have left in `folder`. */
function checkpointFiles(folder: string): string[] {
  return filesIn(folder).filter((name) => /^(weights|training)-\d+\.bin(\.[\d-]+\.partial)?$/.test(name));
}

function remove(folder: string, names: string[]): void {
  for (const name of names) removeFile(path.join(folder, name));
}

const pieces = (data: tf.io.WeightData): Uint8Array[] => [data].flat().map((piece) => new Uint8Array(piece));

/** Whether `folder` holds a checkpoint. */
export function hasCheckpoint(folder: string): boolean {
  return isThere(modelFile(folder));
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
  const weights = tf.io.decodeWeights(readBinary(fileInside(folder, paths[0]), specs), specs);
  model.setWeights(specs.map(({ name }) => weights[name]));
  tf.dispose(weights);
  const { training } = content.userDefinedMetadata ?? {};
  if (!training) return { values: {}, tensors: {} };
  const tensors = tf.io.decodeWeights(readBinary(fileInside(folder, training.file), training.specs), training.specs);
  return { values: training.values, tensors };
}

/**
 * Builds the model that a checkpoint holds, with its weights; it is not compiled. Throws when there is none or it is damaged.
 *
 * @example
 * const model = tf.sequential({ layers: [layers.dense({ units: 1, inputShape: [2] })] });
 * model.compile({ optimizer: train.adam(), loss: 'meanSquaredError' });
 * const callbacks = train.modelCheckpoint('checkpoint', { monitor: 'loss' });
 * await train.fit(model, tf.ones([8, 2]), tf.ones([8, 1]), { epochs: 2, callbacks, verbose: 0 });
 * console.log((await train.loadCheckpoint('checkpoint/best')).countParams()); // 3
 */
export async function loadCheckpoint(folder: string): Promise<tf.LayersModel> {
  const { modelTopology, weightsManifest } = readModelFile(folder);
  const [{ paths, weights: weightSpecs }] = weightsManifest;
  const weightData = readBinary(fileInside(folder, paths[0]), weightSpecs);
  return tf.loadLayersModel(tf.io.fromMemory({ modelTopology: modelTopology as object, weightSpecs, weightData }));
}

const modelFile = (folder: string): string => path.join(folder, 'model.json');

function readModelFile(folder: string): ModelFile {
  if (!hasCheckpoint(folder)) throw new Error(`${folder} holds no checkpoint (no model.json).`);
  try {
    const content = JSON.parse(readFile(modelFile(folder)).toString('utf8')) as ModelFile;
    if (!content.weightsManifest?.[0]?.paths?.[0]) throw new Error('it names no weights');
    return content;
  } catch (error) {
    throw new Error(`${modelFile(folder)} is damaged: ${(error as Error).message}.`);
  }
}

function readBinary(file: string, specs: tf.io.WeightsManifestEntry[]): ArrayBuffer {
  const expected = specs.reduce((sum, { shape, dtype }) => sum + tf.util.sizeFromShape(shape) * bytesOf(dtype), 0);
  const content = isThere(file) ? readBuffer(file) : new ArrayBuffer(0);
  if (content.byteLength === expected) return content;
  throw new Error(`${file} is damaged: it has ${content.byteLength} bytes, ${expected} were expected.`);
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
