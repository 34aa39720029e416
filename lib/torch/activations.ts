/** PyTorch's activations as modules, for {@link Sequential}. */
import { tf } from '../backend';
import { byName, type Arguments } from './arguments';
import { Module } from './module';
import { logSoftmax, softmax } from './softmax';

/** A function of each number, without settings. */
abstract class Activation extends Module {
  /** Any shape to the same shape. */
  forward<T extends tf.Tensor>(x: T): T {
    return tf.tidy(() => this.compute(x) as T);
  }

  protected abstract compute(x: tf.Tensor): tf.Tensor;
}

/**
 * PyTorch's `nn.ReLU`.
 *
 * @example
 * const y = new torch.ReLU().forward(tf.tensor1d([-1, 0, 1]));
 * console.log(y.arraySync().map((value) => value.toFixed(3))); // [ '0.000', '0.000', '1.000' ]
 */
export class ReLU extends Activation {
  protected compute(x: tf.Tensor): tf.Tensor {
    return x.relu();
  }
}

/**
 * PyTorch's `nn.Tanh`.
 *
 * @example
 * const y = new torch.Tanh().forward(tf.tensor1d([-1, 0, 1]));
 * console.log(y.arraySync().map((value) => value.toFixed(3))); // [ '-0.762', '0.000', '0.762' ]
 */
export class Tanh extends Activation {
  protected compute(x: tf.Tensor): tf.Tensor {
    return x.tanh();
  }
}

/**
 * PyTorch's `nn.Sigmoid`.
 *
 * @example
 * const y = new torch.Sigmoid().forward(tf.tensor1d([-1, 0, 1]));
 * console.log(y.arraySync().map((value) => value.toFixed(3))); // [ '0.269', '0.500', '0.731' ]
 */
export class Sigmoid extends Activation {
  protected compute(x: tf.Tensor): tf.Tensor {
    return x.sigmoid();
  }
}

/**
 * PyTorch's `nn.SiLU`: `x sigmoid(x)`.
 *
 * @example
 * const y = new torch.SiLU().forward(tf.tensor1d([-1, 0, 1]));
 * console.log(y.arraySync().map((value) => value.toFixed(3))); // [ '-0.269', '0.000', '0.731' ]
 */
export class SiLU extends Activation {
  protected compute(x: tf.Tensor): tf.Tensor {
    return x.mul(x.sigmoid());
  }
}

/**
 * PyTorch's `nn.GELU` (Hendrycks and Gimpel 2016): `x` times the chance that a normal number is below it.
 *
 * @example
 * const y = new torch.GELU().forward(tf.tensor1d([-1, 0, 1]));
 * console.log(y.arraySync().map((value) => value.toFixed(3))); // [ '-0.159', '0.000', '0.841' ]
 */
export class GELU extends Activation {
  protected compute(x: tf.Tensor): tf.Tensor {
    return x.div(2).mul(x.div(Math.SQRT2).erf().add(1));
  }

  protected override describe(): string {
    return "approximate='none'";
  }
}

/**
 * PyTorch's `nn.LeakyReLU`.
 *
 * @example
 * const y = new torch.LeakyReLU(0.5).forward(tf.tensor1d([-1, 0, 1]));
 * console.log(y.arraySync()); // [ -0.5, 0, 1 ]
 */
export class LeakyReLU extends Activation {
  private readonly negativeSlope: number;

  /** @param args the factor of negative numbers; default 0.01. */
  constructor(...args: Arguments<{ negativeSlope?: number }, readonly ['negativeSlope']>) {
    super();
    this.negativeSlope = byName<{ negativeSlope?: number }>('torch.LeakyReLU', ['negativeSlope'], args).negativeSlope ?? 0.01; // prettier-ignore
  }

  protected compute(x: tf.Tensor): tf.Tensor {
    return x.leakyRelu(this.negativeSlope);
  }

  protected override describe(): string {
    return `negative_slope=${this.negativeSlope}`;
  }
}

/**
 * PyTorch's `nn.Softmax`.
 *
 * @example
 * const y = new torch.Softmax({ dim: -1 }).forward(tf.tensor1d([1, 1, 3]));
 * console.log(y.arraySync().map((value) => value.toFixed(3))); // [ '0.107', '0.107', '0.787' ]
 */
export class Softmax extends Activation {
  protected readonly dim: number;

  /** @param args the axis along which the numbers sum to 1; -1 is the last. @throws TypeError without one. */
  constructor(...args: Arguments<{ dim: number }, readonly ['dim']>) {
    super();
    this.dim = checkDim(new.target.name, args);
  }

  protected compute(x: tf.Tensor): tf.Tensor {
    return softmax(x, this.dim);
  }

  protected override describe(): string {
    return `dim=${this.dim}`;
  }
}

/**
 * PyTorch's `nn.LogSoftmax`.
 *
 * @example
 * const y = new torch.LogSoftmax({ dim: -1 }).forward(tf.tensor1d([1, 1, 3]));
 * console.log(y.arraySync().map((value) => value.toFixed(3))); // [ '-2.240', '-2.240', '-0.240' ]
 */
export class LogSoftmax extends Softmax {
  protected override compute(x: tf.Tensor): tf.Tensor {
    return logSoftmax(x, this.dim);
  }
}

function checkDim(name: string, args: readonly unknown[]): number {
  const { dim } = byName<{ dim: number }>(`torch.${name}`, ['dim'], args);
  if (!Number.isInteger(dim)) {
    throw new TypeError(`torch.${name} takes the axis along which the numbers sum to 1, dim: -1; got ${dim}.`);
  }
  return dim as number;
}
