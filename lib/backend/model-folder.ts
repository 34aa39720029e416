/** Models on disk, in the files of tfjs-node: `model.json`, which names the files of weights, and `weights.bin`. */
import fs from 'node:fs';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { fileInside, makeFolder, readBuffer, readFile, replaceFile } from '../files';

declare module '@tensorflow/tfjs-core/dist/io/io' {
  /**
   * Saves a model into a folder, or loads it from there or from its `model.json`; two paths load a binary topology (.pb) and a manifest
   * of weights.
   */
  function fileSystem(path: string | string[]): tf.io.IOHandler;
}

/** Where a model is saved to, or loaded from, on disk. Each file is replaced whole, the weights before the file that names them. */
export class ModelFolder implements tf.io.IOHandler {
  private readonly paths: string[];

  /** A folder, a `model.json`, or a binary topology and a manifest of weights. @throws Error when more paths are given. */
  constructor(given: string | string[]) {
    this.paths = [given].flat().map((one) => path.resolve(one));
    if (this.paths.length !== 1 && !(Array.isArray(given) && this.paths.length === 2))
      throw new Error(
        `A model has one path, or two with a binary topology: it and the manifest; got ${this.paths.length}.`,
      );
  }

  /** Writes the model; makes the folder when it is missing. @throws WriteError, or Error when the model has a binary topology. */
  async save(artifacts: tf.io.ModelArtifacts): Promise<tf.io.SaveResult> {
    if (this.paths.length > 1) throw new Error('A model is saved into one folder; got two paths.');
    const { modelTopology, weightSpecs = [], weightData = new ArrayBuffer(0), ...rest } = artifacts;
    if (modelTopology instanceof ArrayBuffer)
      throw new Error('A model with a binary topology cannot be saved into a folder.');
    const [folder] = this.paths;
    if (fs.existsSync(folder) && !isFolder(folder))
      throw new Error(`${folder} is a file; a model is saved into a folder.`);
    makeFolder(folder);
    const buffers = Array.isArray(weightData) ? weightData : [weightData];
    const content = { modelTopology, weightsManifest: [{ paths: ['weights.bin'], weights: weightSpecs }], ...rest };
    replaceFile(
      path.join(folder, 'weights.bin'),
      buffers.map((buffer) => new Uint8Array(buffer)),
    );
    replaceFile(path.join(folder, 'model.json'), JSON.stringify(content));
    return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) };
  }

  /** Reads the model. @throws Error that names the file which is missing or damaged. */
  async load(): Promise<tf.io.ModelArtifacts> {
    const [first, manifest] = this.paths;
    if (manifest !== undefined) {
      const [weightSpecs, weightData] = readWeights(manifest, readJSON(manifest));
      return { modelTopology: readBuffer(first), weightSpecs, weightData };
    }
    const file = isFolder(first) ? path.join(first, 'model.json') : first;
    const content = readJSON(file) as tf.io.ModelJSON | null;
    if (typeof content?.modelTopology !== 'object' || content.modelTopology === null)
      throw new Error(`${file} holds no model: it has no modelTopology.`);
    return tf.io.getModelArtifactsForJSON(content, async (groups) => readWeights(file, groups));
  }
}

/**
 * The weights that a manifest in `file` names, from the files beside it.
 * @throws Error that names the file which is missing, or is shorter or longer than its weights.
 */
export function readWeights(file: string, manifest: unknown): [tf.io.WeightsManifestEntry[], ArrayBuffer] {
  if (!isManifest(manifest)) throw new Error(`${file} is damaged: it has no list of weights and their files.`);
  const pieces = manifest.map(({ paths, weights }) => {
    const files = paths.map((name) => fileInside(path.dirname(file), name));
    const content = Buffer.concat(files.map(readFile));
    const expected = byteLength(weights);
    if (expected !== undefined && content.length !== expected)
      throw new Error(
        `${files.join(' + ')} is damaged: it has ${content.length} bytes, ${expected} were expected by ${path.basename(file)}.`,
      );
    return content;
  });
  return [manifest.flatMap(({ weights }) => weights), bufferOf(Buffer.concat(pieces))];
}

function isManifest(value: unknown): value is tf.io.WeightsManifestConfig {
  const isSize = (n: unknown) => Number.isSafeInteger(n) && (n as number) >= 0;
  const isSpec = (spec?: Partial<tf.io.WeightsManifestEntry>) =>
    typeof spec?.name === 'string' &&
    typeof spec.dtype === 'string' &&
    Array.isArray(spec.shape) &&
    spec.shape.every(isSize);
  const isGroup = (group?: Partial<tf.io.WeightsManifestConfig[number]>) => {
    const { paths, weights } = group ?? {};
    const hasPaths = Array.isArray(paths) && paths.every((name) => typeof name === 'string');
    return hasPaths && Array.isArray(weights) && weights.every(isSpec);
  };
  return Array.isArray(value) && value.every(isGroup);
}

/** How many bytes weights take on disk; undefined when there are texts among them, which say their length themselves. */
function byteLength(specs: tf.io.WeightsManifestEntry[]): number | undefined {
  let bytes = 0;
  for (const { shape, dtype, quantization } of specs) {
    const each = bytesOf[quantization?.dtype ?? dtype];
    if (each === undefined) return undefined;
    bytes += each * tf.util.sizeFromShape(shape);
  }
  return bytes;
}

const bytesOf: Partial<Record<string, number>> = {
  bool: 1,
  uint8: 1,
  uint16: 2,
  float16: 2,
  float32: 4,
  int32: 4,
  complex64: 8,
};

function readJSON(file: string): unknown {
  const content = readFile(file).toString('utf8');
  try {
    return JSON.parse(content);
  } catch (error) {
    throw new Error(`${file} is damaged: ${(error as Error).message.replace(/\s+/g, ' ')}.`, { cause: error });
  }
}

const isFolder = (file: string): boolean => fs.statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false;

const bufferOf = (bytes: Buffer): ArrayBuffer =>
  bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
