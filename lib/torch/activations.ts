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

/** PyTorch's `nn.ReLU`. */
export class ReLU extends Activation {
  protected compute(x: tf.Tensor): tf.Tensor {
    return x.relu();
  }
}

/** PyTorch's `nn.Tanh`. */
export class Tanh extends Activation {
  protected compute(x: tf.Tensor): tf.Tensor {
    return x.tanh();
  }
}

/** PyTorch's `nn.Sigmoid`. */
export class Sigmoid extends Activation {
  protected compute(x: tf.Tensor): tf.Tensor {
    return x.sigmoid();
  }
}

/** PyTorch's `nn.SiLU`: `x sigmoid(x)`. */
export class SiLU extends Activation {
  protected compute(x: tf.Tensor): tf.Tensor {
    return x.mul(x.sigmoid());
  }
}

/** PyTorch's `nn.GELU` (Hendrycks and Gimpel 2016): `x` times the chance that a normal number is below it. */
export class GELU extends Activation {
  protected compute(x: tf.Tensor): tf.Tensor {
    return x.div(2).mul(x.div(Math.SQRT2).erf().add(1));
  }

  protected override describe(): string {
    return "approximate='none'";
  }
}

/** PyTorch's `nn.LeakyReLU`. */
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

/** PyTorch's `nn.Softmax`. */
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

/** PyTorch's `nn.LogSoftmax`. */
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
