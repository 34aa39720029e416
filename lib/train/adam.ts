import { tf } from '../backend';
import type { NamedTensor } from './optimizerState';

/** Names and defaults are Keras's. */
export interface AdamOptions {
  /** Default 0.001. */
  learningRate?: number;
  /** Default 0.9. */
  beta1?: number;
  /** Default 0.999. */
  beta2?: number;
  /** Default 1e-7. */
  epsilon?: number;
}

export interface AdamWOptions extends AdamOptions {
  /** Share of each weight, times the learning rate, taken off before each step. Default 0.004. */
  weightDecay?: number;
}

/** Adam (Kingma and Ba 2015) with Keras's formula and defaults. Throws on numbers out of range. */
export function adam(options: AdamOptions = {}): Adam {
  return new Adam(options, 0);
}

/** Adam with decoupled weight decay (Loshchilov and Hutter 2019) with Keras's formula and defaults. Throws on numbers out of range. */
export function adamW(options: AdamWOptions = {}): Adam {
  return new AdamW(options);
}

type Gradients = tf.NamedTensorMap | { name: string; tensor: tf.Tensor | null }[];

/** The two running means that Adam keeps for a weight. */
interface Moments {
  name: string;
  first: tf.Variable;
  second: tf.Variable;
}

/**
 * Keras's Adam. TensorFlow.js's own differs in where epsilon enters: it divides by `sqrt(v / (1 - beta2^t)) + epsilon`, Keras by
 * `sqrt(v) + epsilon` and scales the step.
 */
export class Adam extends tf.Optimizer {
  /** @nocollapse */
  static readonly className: string = 'Adam';
  learningRate: number;
  private readonly beta1: number;
  private readonly beta2: number;
  private readonly epsilon: number;
  private moments: Moments[] = [];

  constructor(
    options: AdamOptions,
    private readonly weightDecay: number,
  ) {
    super();
    this.learningRate = inRange('learningRate', options.learningRate ?? 0.001, Infinity);
    this.beta1 = inRange('beta1', options.beta1 ?? 0.9, 1);
    this.beta2 = inRange('beta2', options.beta2 ?? 0.999, 1);
    this.epsilon = inRange('epsilon', options.epsilon ?? 1e-7, Infinity);
    inRange('weightDecay', weightDecay, Infinity);
  }

  override applyGradients(gradients: Gradients): void {
    const named = Array.isArray(gradients)
      ? gradients
      : Object.entries(gradients).map(([name, tensor]) => ({ name, tensor }));
    const t = this.iterations + 1;
    const alpha = (this.learningRate * Math.sqrt(1 - this.beta2 ** t)) / (1 - this.beta1 ** t);
    const variables = tf.engine().registeredVariables;
    tf.tidy(() => {
      named.forEach(({ name, tensor: gradient }, i) => {
        const { first, second } = this.momentsOf(i, name, variables[name]);
        if (!gradient) return; // the loss does not reach this weight
        this.update(variables[name], gradient, first, second, alpha);
      });
    });
    this.incrementIterations();
  }

  override async getWeights(): Promise<NamedTensor[]> {
    const firsts = this.moments.map(({ name, first }) => ({ name: `${name}/m`, tensor: first as tf.Tensor }));
    const seconds = this.moments.map(({ name, second }) => ({ name: `${name}/v`, tensor: second as tf.Tensor }));
    return [await this.saveIterations(), ...firsts, ...seconds]; // the order of TensorFlow.js's Adam
  }

  override async setWeights(weights: NamedTensor[]): Promise<void> {
    const state = await this.extractIterations(weights);
    const count = state.length / 2;
    this.disposeMoments();
    this.moments = state.slice(0, count).map(({ name, tensor }, i) => ({
      name: name.replace(/\/m$/, ''),
      first: tf.variable(tensor, false),
      second: tf.variable(state[count + i].tensor, false),
    }));
  }

  override dispose(): void {
    this.disposeMoments();
    super.dispose();
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { learningRate, beta1, beta2, epsilon } = this;
    return { learningRate, beta1, beta2, epsilon };
  }

  private update(
    weight: tf.Variable,
    gradient: tf.Tensor,
    first: tf.Variable,
    second: tf.Variable,
    alpha: number,
  ): void {
    const decayed = this.weightDecay === 0 ? weight : tf.mul(weight, 1 - this.weightDecay * this.learningRate);
    first.assign(tf.add(first, tf.mul(tf.sub(gradient, first), 1 - this.beta1)));
    second.assign(tf.add(second, tf.mul(tf.sub(tf.square(gradient), second), 1 - this.beta2)));
    const step = tf.div(tf.mul(first, alpha), tf.add(tf.sqrt(second), this.epsilon));
    weight.assign(tf.sub(decayed, step));
  }

  private momentsOf(i: number, name: string, weight: tf.Variable): Moments {
    return (this.moments[i] ??= {
      name,
      first: tf.variable(tf.zerosLike(weight), false),
      second: tf.variable(tf.zerosLike(weight), false),
    });
  }

  private disposeMoments(): void {
    for (const { first, second } of this.moments) tf.dispose([first, second]);
    this.moments = [];
  }
}

class AdamW extends Adam {
  static override readonly className = 'AdamW';
  constructor(private readonly options: AdamWOptions) {
    super(options, options.weightDecay ?? 0.004);
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), weightDecay: this.options.weightDecay ?? 0.004 };
  }

  /** @nocollapse */
  static override fromConfig<T extends tf.serialization.Serializable>(
    cls: tf.serialization.SerializableConstructor<T>,
    config: tf.serialization.ConfigDict,
  ): T {
    return new cls(config);
  }
}

tf.serialization.registerClass(AdamW);

function inRange(name: string, value: number, below: number): number {
  if (!(value >= 0 && value < below)) {
    throw new RangeError(`${name} is ${value}; it must be at least 0${below < Infinity ? ` and below ${below}` : ''}.`);
  }
  return value;
}
