/** Adam in TensorFlow's own operations, one for a weight: what a card computes. */
import { nativeOp, tf } from '../../backend';
import { clipTerms, nextOf, type Terms } from './portable';
import type { AdamNumbers, GradientClip, WeightGradient } from './state';
import { VariableAdam, type Handles, type Slot } from './variables';

const attributes = { T: { type: 'float32' as const }, use_locking: false, use_nesterov: false };

export class TensorFlowAdam extends VariableAdam {
  /** Numbers that stay the same from step to step, on the device. */
  private readonly constants = new Map<number, number>();

  protected prepare(
    slots: Slot[],
    weights: WeightGradient[],
    numbers: AdamNumbers,
    clip: GradientClip | undefined,
  ): () => Handles {
    for (const { name, weight, gradient } of weights) {
      if (!tf.util.arraysEqual(weight.shape, gradient.shape))
        throw new Error(`Adam: the gradient of ${name} has shape [${gradient.shape}], the weight [${weight.shape}].`);
    }
    return () => {
      tf.tidy(() => {
        const { rootScale, epsilon, beta1, beta2, alpha, decay } = numbers;
        const terms = clipTerms(weights, numbers.squares === 'lookups', clip);
        const rate = this.number(alpha / rootScale);
        const none = this.constant(0);
        const rest = [beta1, beta2, epsilon / rootScale].map((value) => this.constant(value));
        slots.forEach((slot, k) => {
          if (terms[k].lookupSquares || decay !== 0) return this.assignNext(slot, terms[k], numbers);
          const variables = this.backend.getInputTensorIds([slot.weight, slot.first, slot.second]);
          const [gradient] = this.backend.getInputTensorIds([terms[k].sum]);
          // The powers of beta are in the rate already: their places hold zeros.
          const inputs = [...variables, none, none, rate, ...rest, gradient];
          nativeOp('ResourceApplyAdam')!.onHandles(attributes, inputs, 0);
        });
        this.backend.binding.deleteTensor(rate);
      });
      return slots.map(({ weight }) => this.read(weight));
    };
  }

  override dispose(): void {
    super.dispose();
    for (const handle of this.constants.values()) this.backend.binding.deleteTensor(handle);
    this.constants.clear();
  }

  /** The step by its formula, for what TensorFlow's operation does not know: squares of look-ups, and decay. */
  private assignNext(slot: Slot, terms: Terms, numbers: AdamNumbers): void {
    const [weight, first, second] = [slot.weight, slot.first, slot.second].map((variable) =>
      this.backend.createOutputTensor(this.read(variable)),
    );
    const next = nextOf(weight, { first, second }, terms, numbers);
    const types = { dtype: { type: 'float32' as const } };
    for (const key of ['weight', 'first', 'second'] as const)
      nativeOp('AssignVariableOp')!(types, [slot[key], next[key]], 0);
  }

  private number(value: number): number {
    const { binding } = this.backend;
    return binding.createTensor([], binding.TF_FLOAT, Float32Array.of(value));
  }

  private constant(value: number): number {
    let handle = this.constants.get(value);
    if (handle === undefined) {
      handle = this.number(value);
      this.constants.set(value, handle);
    }
    return handle;
  }
}
