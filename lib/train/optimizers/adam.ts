import { tf } from '../../backend';
import { adamState, type GradientClip } from '../../kernels';
import { checkOptions, shown } from '../../options';
import type { NamedTensor } from './state';

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

/** Options of {@link adamW}. */
export interface AdamWOptions extends AdamOptions {
  /** Share of each weight, times the learning rate, taken off before each step. Default 0.004. */
  weightDecay?: number;
}

const adamOptions = ['learningRate', 'beta1', 'beta2', 'epsilon'];

/**
 * Adam (Kingma and Ba 2015) with Keras's formula and defaults; a number is its learning rate. Throws on numbers out of range and on
 * unknown options.
 *
 * @example
 * const model = tf.sequential({ layers: [layers.lstm({ units: 8, inputShape: [20, 1] })] });
 * model.compile({ optimizer: train.adam({ learningRate: 0.01, beta2: 0.99 }), loss: 'meanSquaredError' });
 * console.log(train.getLearningRate(model.optimizer)); // 0.01
 */
export function adam(given: number | AdamOptions = {}): Adam {
  const options = typeof given === 'number' ? { learningRate: given } : given;
  checkOptions('train.adam', options, adamOptions);
  return new Adam(options, 0);
}

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2019) with Keras's formula and defaults; a number is its learning rate. Throws
 * on numbers out of range and on unknown options.
 *
 * @example
 * const weight = tf.variable(tf.tensor1d([1]));
 * const optimizer = train.adamW({ learningRate: 0.1, weightDecay: 0.5 });
 * optimizer.minimize(() => weight.mul(0).sum()); // no gradient: only the weight decay acts
 * console.log(weight.dataSync()[0].toFixed(3)); // 0.950
 */
export function adamW(given: number | AdamWOptions = {}): Adam {
  const options = typeof given === 'number' ? { learningRate: given } : given;
  checkOptions('train.adamW', options, [...adamOptions, 'weightDecay']);
  return new AdamW(options);
}

type Gradients = tf.NamedTensorMap | { name: string; tensor: tf.Tensor | null }[];

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
  private readonly state = adamState();

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

  /** Updates the weights; `clip` clips the gradients first. */
  override applyGradients(gradients: Gradients, clip?: GradientClip): void {
    const named = Array.isArray(gradients)
      ? gradients
      : Object.entries(gradients).map(([name, tensor]) => ({ name, tensor }));
    const variables = tf.engine().registeredVariables;
    const reached = named.flatMap(({ name, tensor }) => {
      return tensor ? [{ name, weight: variables[name], gradient: tensor }] : []; // the loss does not reach every weight
    });
    const { learningRate, beta1, beta2, epsilon } = this;
    const t = this.iterations + 1;
    const power = (beta: number) => Math.fround(Math.fround(beta) ** t); // Keras computes in float32, which shows in early steps
    const alpha = (learningRate * Math.sqrt(1 - power(beta2))) / (1 - power(beta1));
    const decay = this.weightDecay * learningRate;
    const numbers = { alpha, rootScale: 1, epsilon, beta1, beta2, decay, squares: 'lookups' as const };
    if (reached.length > 0) this.state.step(reached, numbers, clip);
    this.incrementIterations();
  }

  override async getWeights(): Promise<NamedTensor[]> {
    const moments = this.state.moments();
    const firsts = moments.map(({ name, first }) => ({ name: `${name}/m`, tensor: first }));
    const seconds = moments.map(({ name, second }) => ({ name: `${name}/v`, tensor: second }));
    return [await this.saveIterations(), ...firsts, ...seconds]; // the order of TensorFlow.js's Adam
  }

  override async setWeights(weights: NamedTensor[]): Promise<void> {
    const state = await this.extractIterations(weights);
    const count = state.length / 2;
    this.state.restore(
      state.slice(0, count).map(({ name, tensor }, i) => ({
        name: name.replace(/\/m$/, ''),
        first: tensor,
        second: state[count + i].tensor,
      })),
    );
  }

  override dispose(): void {
    this.state.dispose();
    super.dispose();
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { learningRate, beta1, beta2, epsilon } = this;
    return { learningRate, beta1, beta2, epsilon };
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
  if (typeof value !== 'number' || !(value >= 0 && value < below)) {
    throw new RangeError(
      `${name} is ${shown(value)}; it must be at least 0${below < Infinity ? ` and below ${below}` : ''}.`,
    );
  }
  return value;
}
