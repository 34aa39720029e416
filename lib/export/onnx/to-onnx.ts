/** Models as graphs of ONNX, opset 17: what onnxruntime and many others run. */
import { withArticle } from '../../article';
import type { tf } from '../../backend';
import { replaceFile } from '../../files';
import { letsMasksThrough } from '../../mends/layer-apply';
import { endsMask } from '../ignored-masks';
import { Graph, type Value } from './graph';
import { operators } from './operators';
import type { Result } from './operator';
import { dataTypes, encodeModel } from './proto';
import '../../layers';

const [opset, irVersion] = [17, 8];

/**
 * Writes a model as a graph for prediction into a `.onnx` file: axes that are `null` in the model, batch and time, stay free. Inputs and
 * outputs have the names of the model's. Dropout is left out; masks become lengths and operators. The file is replaced whole.
 * @throws Error that names the layer which ONNX cannot hold; WriteError when the file cannot be written.
 *
 * @example
 * const model = tf.sequential({ layers: [layers.lstm({ units: 8, inputShape: [20, 3] })] });
 * await toONNX(model, 'model.onnx'); // for ONNX Runtime, in any language
 * console.log((await fromONNX('model.onnx')).outputs[0].shape); // [ null, 8 ]
 */
export async function toONNX(model: tf.LayersModel, file: string): Promise<void> {
  const { graph, inputs, outputs } = graphOf(model);
  const names = outputNames(model);
  outputs.forEach(({ name }, k) => graph.rename(name, names[k]));
  const content = await encodeModel({
    irVersion,
    producerName: 'lstm-lab',
    opsetImport: [{ domain: '', version: opset }],
    graph: {
      name: model.name,
      node: graph.nodes,
      initializer: await graph.initializers(),
      input: inputs.map(({ name, shape, dtype }) => valueInfo(name, shape, dtype)),
      output: model.outputs.map(({ shape, dtype }, k) => valueInfo(names[k], shape, dtype)),
    },
  });
  replaceFile(file, content);
}

/** @throws Error that names the layer which ONNX cannot hold. */
export function checkONNX(model: tf.LayersModel): void {
  graphOf(model);
}

function graphOf(model: tf.LayersModel): { graph: Graph; inputs: Value[]; outputs: Value[] } {
  const graph = new Graph();
  const inputs = model.inputs.map(({ sourceLayer, shape, dtype }): Value => ({ name: sourceLayer.name, shape, dtype }));
  return { graph, inputs, outputs: convertModel(graph, model, inputs) };
}

/** The names of the layers; with a number where another input or output has the same. */
function outputNames({ inputs, outputs }: tf.LayersModel): string[] {
  const names = outputs.map(({ sourceLayer }) => sourceLayer.name);
  const all = [...inputs.map(({ sourceLayer }) => sourceLayer.name), ...names];
  return names.map((name, k) => (all.filter((other) => other === name).length === 1 ? name : `${name}:${k}`));
}

function valueInfo(name: string, shape: tf.Shape, dtype: tf.DataType): object {
  const dim = shape.map((size, axis) =>
    size === null ? { dimParam: axis === 0 ? 'batch' : `${name}_${axis}` } : { dimValue: size },
  );
  return { name, type: { tensorType: { elemType: dataTypes[dtype as 'float32'], shape: { dim } } } };
}

/** Adds a model's layers in the order in which they need each other. */
function convertModel(graph: Graph, model: tf.LayersModel, inputs: Value[]): Value[] {
  const values = new Map<number, Value>(model.inputs.map(({ id }, k) => [id, inputs[k]]));
  const valueOf = (tensor: tf.SymbolicTensor): Value => {
    if (!values.has(tensor.id)) {
      const { sourceLayer, nodeIndex } = tensor;
      const node = sourceLayer.inboundNodes[nodeIndex];
      const results = convertLayer(graph, sourceLayer, node.inputTensors.map(valueOf));
      node.outputTensors.forEach(({ id, shape, dtype }, k) => values.set(id, { ...results[k], shape, dtype }));
    }
    return values.get(tensor.id)!;
  };
  return model.outputs.map(valueOf);
}

type Named = Pick<Value, 'name' | 'mask'>;

function convertLayer(graph: Graph, layer: tf.layers.Layer, inputs: Value[]): Named[] {
  const kind = layer.getClassName();
  if ((layer as tf.LayersModel).layers) return convertModel(graph, layer as tf.LayersModel, inputs);
  if (kind === 'TimeDistributed') return [everyStep(graph, layer, inputs[0])];
  if (!Object.hasOwn(operators, kind))
    throw new Error(`Layer "${layer.name}" is ${withArticle(kind)}, which cannot go to ONNX.`);
  graph.scope = layer.name;
  const seen = endsMask(layer) ? inputs.map((input) => ({ ...input, mask: undefined })) : inputs;
  const results = operators[kind]({ graph, layer, config: layer.getConfig(), inputs: seen });
  return results.map((result) => ({ name: result.name, mask: maskOf(layer, result, seen[0]) }));
}

function maskOf(layer: tf.layers.Layer, { mask }: Result, input: Value): string | undefined {
  if (mask === undefined) return letsMasksThrough(layer) ? input.mask : undefined;
  return mask ?? undefined;
}

/** A layer on every step: batch and time become one axis for it. */
function everyStep(graph: Graph, layer: tf.layers.Layer, x: Value): Named {
  const inner = (layer as unknown as { layer: tf.layers.Layer }).layer;
  const rest = x.shape.slice(2) as number[];
  const shape = [null, ...rest];
  graph.scope = layer.name;
  const name = graph.add('Reshape', [x.name, graph.integers(-1, ...rest)]);
  const [step] = convertLayer(graph, inner, [{ name, shape, dtype: x.dtype }]);
  graph.scope = layer.name;
  const leading = graph.add('Slice', [graph.add('Shape', [x.name]), graph.integers(0), graph.integers(2)]);
  const sizes = (inner.computeOutputShape(shape) as tf.Shape).slice(1) as number[];
  const full = graph.add('Concat', [leading, graph.integers(...sizes)], { axis: { i: 0 } });
  return { name: graph.add('Reshape', [step.name, full]), mask: x.mask };
}
