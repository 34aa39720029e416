/** Activations of ONNX as those of layers. */

const inLayers: Record<string, string> = {
  Elu: 'elu',
  Gelu: 'gelu',
  LogSoftmax: 'logSoftmax',
  Mish: 'mish',
  Relu: 'relu',
  Selu: 'selu',
  Sigmoid: 'sigmoid',
  Softmax: 'softmax',
  Softplus: 'softplus',
  Softsign: 'softsign',
  Tanh: 'tanh',
};

/** Operators that are an activation whatever their attributes. */
export const plainActivation = (operator: string): string | undefined =>
  Object.hasOwn(inLayers, operator) ? inLayers[operator] : undefined;

const near = (a: number, b: number): boolean => Math.abs(a - b) < 1e-6;

/**
 * An activation inside a recurrent operator; takes its numbers from the front of `alphas` and `betas`, as ONNX lists them.
 * @throws Error that names it when no layer has it
 */
export function readActivation(name: string, alphas: number[], betas: number[]): string {
  const refuse = (): never => {
    throw new Error(`it has the activation ${name}, which no layer has`);
  };
  switch (name) {
    case 'Tanh':
    case 'Sigmoid':
    case 'Relu':
    case 'Softsign':
    case 'Softplus':
      return inLayers[name];
    case 'Elu':
      return near(alphas.shift() ?? 1, 1) ? 'elu' : refuse();
    case 'HardSigmoid':
      return near(alphas.shift() ?? 0.2, 0.2) && near(betas.shift() ?? 0.5, 0.5) ? 'hardSigmoid' : refuse();
    case 'Affine':
      return near(alphas.shift() ?? 1, 1) && near(betas.shift() ?? 0, 0) ? 'linear' : refuse();
    default:
      return refuse();
  }
}
