/** Activations: as operators on a tensor, and inside recurrent operators. */
import type { Graph } from './graph';

type Apply = (graph: Graph, x: string) => string;

const operator =
  (name: string, attributes = {}): Apply =>
  (graph, x) =>
    graph.add(name, [x], attributes);

/** `x · f(x)`. */
const gated =
  (f: Apply): Apply =>
  (graph, x) =>
    graph.add('Mul', [x, f(graph, x)]);

const activations: Record<string, Apply> = {
  linear: (_graph, x) => x,
  relu: operator('Relu'),
  tanh: operator('Tanh'),
  sigmoid: operator('Sigmoid'),
  softmax: operator('Softmax', { axis: { i: -1 } }),
  logsoftmax: operator('LogSoftmax', { axis: { i: -1 } }),
  elu: operator('Elu'),
  selu: operator('Selu'),
  softplus: operator('Softplus'),
  softsign: operator('Softsign'),
  hardsigmoid: operator('HardSigmoid', { alpha: { f: 0.2 }, beta: { f: 0.5 } }),
  relu6: (graph, x) => graph.add('Clip', [x, graph.number(0), graph.number(6)]),
  swish: gated(operator('Sigmoid')),
  mish: gated((graph, x) => graph.add('Tanh', [graph.add('Softplus', [x])])),
  gelu: gated((graph, x) => {
    const erf = graph.add('Erf', [graph.add('Mul', [x, graph.number(Math.SQRT1_2)])]);
    return graph.add('Mul', [graph.add('Add', [erf, graph.number(1)]), graph.number(0.5)]);
  }),
};

const plain = (activation: unknown): string =>
  String(activation ?? 'linear')
    .replaceAll('_', '')
    .toLowerCase();

/** An activation of a layer. @throws Error that names the layer when ONNX has no such function. */
export function activate(graph: Graph, layer: string, activation: unknown, x: string): string {
  const apply = activations[plain(activation)];
  if (!apply) throw new Error(`Layer "${layer}" has the activation ${String(activation)}, which ONNX does not have.`);
  return apply(graph, x);
}

/** An activation inside a recurrent operator, with the constants that it takes. */
export interface RecurrentActivation {
  name: string;
  alpha?: number;
  beta?: number;
}

const recurrent: Record<string, RecurrentActivation> = {
  tanh: { name: 'Tanh' },
  sigmoid: { name: 'Sigmoid' },
  relu: { name: 'Relu' },
  linear: { name: 'Affine', alpha: 1, beta: 0 },
  elu: { name: 'Elu', alpha: 1 },
  softsign: { name: 'Softsign' },
  softplus: { name: 'Softplus' },
  hardsigmoid: { name: 'HardSigmoid', alpha: 0.2, beta: 0.5 },
};

/** @throws Error that names the layer when ONNX's recurrent operators have no such function. */
export function recurrentActivation(layer: string, activation: unknown): RecurrentActivation {
  const found = recurrent[plain(activation)];
  if (!found)
    throw new Error(
      `Layer "${layer}" has the activation ${String(activation)}, which ONNX's recurrent operators do not have.`,
    );
  return found;
}
