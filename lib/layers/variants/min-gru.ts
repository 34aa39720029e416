/** The minGRU (Feng et al. 2024, arXiv 2410.01201, appendix B.2): the cell, and the layer that computes all steps at once. */
import { tf } from '../../backend';
import type { ProjectedCellArgs } from '../cell-args';
import type { RecurrentArgs } from '../rnn';
import { logSigmoid } from './linear-recurrence';
import { MinimalCell, MinimalRNN, logCandidate } from './minimal-rnn';

/**
 * One step of a minGRU; gates z, h, state `[h]`, weights kernel `[features, 2 * units]` and bias.
 *
 *     z = σ(x·W + b)    h' = (1 - z)∘h + z∘g(x·W + b)    g(x) = x + 0.5 for x >= 0, else σ(x)
 */
export class MinGRUCell extends MinimalCell {
  static readonly className = 'MinGRUCell';

  override get gates(): number {
    return 2;
  }

  override logSteps(x: tf.Tensor) {
    const [z, h] = tf.split(x, 2, -1);
    return { logDecay: logSigmoid(z.neg()), logInput: logSigmoid(z).add(logCandidate(h)) };
  }
}

/** Options of {@link minGRU}. */
export interface MinGRUArgs extends ProjectedCellArgs, RecurrentArgs {}

/** A layer of minGRU cells over `[batch, time, features]`. */
export class MinGRU extends MinimalRNN {
  static override readonly className = 'MinGRU';

  constructor(args: MinGRUArgs) {
    super({ ...args, cell: new MinGRUCell({ ...args, name: undefined }) });
  }
}
