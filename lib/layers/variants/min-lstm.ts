/** The minLSTM (Feng et al. 2024, arXiv 2410.01201, appendix B.2): the cell, and the layer that computes all steps at once. */
import { tf } from '../../backend';
import type { ProjectedCellArgs } from '../cell-args';
import type { RecurrentArgs } from '../rnn';
import { logSigmoid } from './linear-recurrence';
import { MinimalCell, MinimalRNN, logCandidate } from './minimal-rnn';

/**
 * One step of a minLSTM; gates f, i, h, state `[h]`, weights kernel `[features, 3 * units]` and bias.
 *
 *     f, i = σ(x·W + b)    h' = f/(f + i)∘h + i/(f + i)∘g(x·W + b)    g(x) = x + 0.5 for x >= 0, else σ(x)
 */
export class MinLSTMCell extends MinimalCell {
  static readonly className = 'MinLSTMCell';

  override get gates(): number {
    return 3;
  }

  override logSteps(x: tf.Tensor) {
    const [f, i, h] = tf.split(x, 3, -1);
    const difference = logSigmoid(f).sub(logSigmoid(i));
    return { logDecay: logSigmoid(difference), logInput: logSigmoid(difference.neg()).add(logCandidate(h)) };
  }
}

/** Options of {@link minLSTM}. */
export interface MinLSTMArgs extends ProjectedCellArgs, RecurrentArgs {}

/** A layer of minLSTM cells over `[batch, time, features]`. */
export class MinLSTM extends MinimalRNN {
  static override readonly className = 'MinLSTM';

  constructor(args: MinLSTMArgs) {
    super({ ...args, cell: new MinLSTMCell({ ...args, name: undefined }) });
  }
}
