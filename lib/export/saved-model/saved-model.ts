/** A function of a SavedModel: tensors go in and come out by name, and TensorFlow's C++ library computes. */
import { tf } from '../../backend';
import type { NativeBackend, TensorMetadata } from '../../backend/native';
import { orNearest } from '../../options';
import { shapeText } from '../shape-text';
import { type Signature, type TensorSpec, isKnownType } from './signatures';

/** A graph of TensorFlow's that predicts as it is; what {@link fromSavedModel} gives. */
export class SavedModel {
  private session: number | undefined;

  constructor(
    private readonly backend: NativeBackend,
    session: number,
    /** The name of its signature. */
    readonly signature: string,
    private readonly specs: Signature,
  ) {
    this.session = session;
  }

  /** What it takes, by name. */
  get inputs(): Record<string, TensorSpec> {
    return this.specs.inputs;
  }

  /** What it gives, by name. */
  get outputs(): Record<string, TensorSpec> {
    return this.specs.outputs;
  }

  /**
   * What the model gives for its inputs: a tensor where the signature has one output, else tensors by name. Numbers of types that
   * TensorFlow.js lacks are float32 or int32 here, and are converted on the way.
   * @param inputs by name; a tensor where there is one input
   * @throws Error of one sentence when an input is missing, unknown, or has another type or shape
   */
  predict(inputs: tf.Tensor | tf.NamedTensorMap): tf.Tensor | tf.NamedTensorMap {
    if (this.session === undefined) throw new Error('This SavedModel is disposed of already.');
    const names = Object.keys(this.outputs);
    const given = this.named(inputs);
    for (const [name, spec] of Object.entries(this.inputs)) checkInput(name, spec, given[name]);
    for (const name of names) checkKnown('output', name, this.outputs[name]);
    const results = this.run(
      this.session,
      Object.keys(this.inputs).map((name) => given[name]),
    );
    const tensors = names.map((name, k) => this.tensorOf(results[k], this.outputs[name]));
    return names.length === 1 ? tensors[0] : Object.fromEntries(names.map((name, k) => [name, tensors[k]]));
  }

  /** Frees the graph and its weights. */
  dispose(): void {
    if (this.session !== undefined) this.backend.binding.deleteSavedModel(this.session);
    this.session = undefined;
  }

  private named(inputs: tf.Tensor | tf.NamedTensorMap): tf.NamedTensorMap {
    const names = Object.keys(this.inputs);
    if (inputs instanceof tf.Tensor) {
      if (names.length === 1) return { [names[0]]: inputs };
      throw new Error(
        `The signature "${this.signature}" takes ${names.length} inputs; give them by name: { ${names.join(', ')} }.`,
      );
    }
    if (typeof inputs !== 'object' || inputs === null || Array.isArray(inputs))
      throw new TypeError(`predict takes a tensor, or tensors by name: { ${names.join(', ')} }.`);
    const unknown = Object.keys(inputs).find((name) => !names.includes(name));
    if (unknown !== undefined)
      throw new Error(
        `The signature "${this.signature}" has no input "${unknown}"${orNearest(unknown, names)} It has ${names.join(', ')}.`,
      );
    return inputs;
  }

  private run(session: number, inputs: tf.Tensor[]): TensorMetadata[] {
    const { binding } = this.backend;
    const specs = Object.values(this.inputs);
    const converted: number[] = [];
    try {
      const ids = this.backend.getInputTensorIds(inputs).map((id, k) => {
        const { stored, dtype, type } = specs[k];
        if (stored === dtype) return id;
        converted.push(this.cast(id, type));
        return converted.at(-1)!;
      });
      const nodes = (of: Record<string, TensorSpec>) =>
        Object.values(of)
          .map(({ node }) => node)
          .join(',');
      return binding.runSavedModel(session, ids, nodes(this.inputs), nodes(this.outputs));
    } catch (error) {
      const [line] = (error as Error).message.replace(/^Session fail to run with error: /, '').split('\n');
      // TensorFlow loads a graph without its weights as well, and misses them when it computes
      const isBare = line.startsWith('Could not find variable');
      throw new Error(
        `The signature "${this.signature}" failed: ${isBare ? 'its weights are missing, the files in the folder variables' : line}`,
        { cause: error },
      );
    } finally {
      for (const id of converted) binding.deleteTensor(id);
    }
  }

  /** What came out as a tensor, of the type that stands in for the stored one. */
  private tensorOf(result: TensorMetadata, { stored, dtype }: TensorSpec): tf.Tensor {
    if (stored === dtype) return this.backend.createOutputTensor(result);
    const { binding } = this.backend;
    const type = dtype === 'int32' ? binding.TF_INT32 : binding.TF_FLOAT;
    const id = this.cast(result.id, type);
    binding.deleteTensor(result.id);
    return this.backend.createOutputTensor({ id, dtype: type, shape: result.shape });
  }

  private cast(id: number, type: number): number {
    const { binding } = this.backend;
    const attributes = [{ name: 'DstT', type: binding.TF_ATTR_TYPE, value: type }];
    return binding.executeOp('Cast', attributes, [id], 1)[0].id;
  }
}

function checkInput(name: string, spec: TensorSpec, given: unknown): void {
  checkKnown('input', name, spec);
  const wanted = `${spec.dtype} ${spec.shape ? shapeText(spec.shape) : 'of any shape'}`;
  if (!(given instanceof tf.Tensor))
    throw new Error(`The input "${name}", ${wanted}, is ${given === undefined ? 'missing' : 'no tensor'}.`);
  const { dtype, shape } = given;
  const fits =
    spec.shape === null ||
    (spec.shape.length === shape.length && spec.shape.every((size, k) => size === null || size === shape[k]));
  if (dtype === spec.dtype && fits) return;
  const cure = dtype === spec.dtype ? '' : `: x.cast('${spec.dtype}') converts it`;
  throw new Error(`The input "${name}" is ${wanted}; it was given ${dtype} ${shapeText(shape)}${cure}.`);
}

function checkKnown(what: string, name: string, spec: TensorSpec): void {
  if (!isKnownType(spec))
    throw new Error(
      `The ${what} "${name}" has TensorFlow's ${spec.stored}, which is not known here; cast it in Python before the model is saved.`,
    );
}
