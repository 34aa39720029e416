/** Measuring and using a model in batches. */
import { onDevice, tf, type Device } from '../backend';
import { interruptSignal } from '../notebook';
import { checkOptions } from '../options';
import { deviceFor, madeOn } from './device';
import { Averages } from './loss/averages';
import { batchSizeFor } from './data/batch-size';
import type { BatchSource } from './data/batches';
import { isStream, StreamSource, type BatchStream } from './data/stream-source';
import { tensorSource } from './data/tensor-source';
import { Interrupted } from './errors';
import { compiledObjective, forward, type Objective } from './loss/objective';
import { Pace } from './view/pace';
import { testStep } from './step';
import { listTensors, type ModelData, type TensorData } from './data/tensors';

/** How `evaluate` goes through the data. */
export interface EvaluateOptions {
  /** Samples in a batch. Default 32. */
  batchSize?: number;
  /** A weight for each sample's loss, `[batch]` or `[batch, time]`. */
  sampleWeight?: TensorData;
  /** Batches to take from a stream that does not end. */
  steps?: number;
  /** Leave masked steps out of loss and metrics, as Keras does. Default true. */
  maskLoss?: boolean;
  /** Interrupts it when aborted; by default the notebook's interrupt button does. */
  signal?: AbortSignal;
}

/**
 * The loss and the metrics of a compiled model on data, in batches: `{ loss: 0.32, accuracy: 0.87 }`. Throws when shapes do not fit,
 * when the model is not compiled, and when the reader interrupts.
 *
 * @example
 * const model = tf.sequential({ layers: [layers.dense({ units: 1, kernelInitializer: 'ones', inputShape: [2] })] });
 * model.compile({ optimizer: 'sgd', loss: 'meanSquaredError', metrics: ['meanAbsoluteError'] });
 * console.log(await train.evaluate(model, tf.ones([8, 2]), tf.zeros([8, 1]))); // { loss: 4, meanAbsoluteError: 2 }
 */
export async function evaluate(
  model: tf.LayersModel,
  x: ModelData | BatchStream,
  y?: ModelData,
  options: EvaluateOptions = {},
): Promise<Record<string, number>> {
  checkOptions('train.evaluate', options, ['batchSize', 'sampleWeight', 'steps', 'maskLoss', 'signal']);
  const objective = compiledObjective(model, options.maskLoss ?? true);
  const source = isStream(x)
    ? new StreamSource(model, x, options.steps, 'The evaluation data')
    : tensorSource(model, x, y, { batchSize: options.batchSize, weights: options.sampleWeight });
  try {
    return await evaluateSource(objective, source, options.signal ?? interruptSignal());
  } finally {
    source.dispose();
  }
}

/** The means of loss and metrics over a source's batches. */
export async function evaluateSource(
  objective: Objective,
  source: BatchSource,
  signal: AbortSignal | undefined,
): Promise<Record<string, number>> {
  const averages = new Averages(objective.names);
  const pace = new Pace();
  try {
    let device: Device | undefined;
    for await (const batch of madeOn(source.epoch(0, 0), () => device)) {
      device ??= deviceFor(objective.model, batch.xs[0].shape);
      averages.add(
        onDevice(device, () => testStep(objective, batch)),
        batch.xs[0].shape[0],
      );
      tf.dispose([batch.xs, batch.ys, batch.weights ?? []]);
      await pace.rest();
      if (signal?.aborted) throw new Interrupted('Evaluation was interrupted.');
    }
    averages.read();
    return averages.logs();
  } finally {
    averages.dispose();
  }
}

/**
 * The predictions of a model for all samples, computed in batches: one tensor, or a list for several outputs. Throws when shapes do not
 * fit and when the reader interrupts.
 *
 * @example
 * const model = tf.sequential({ layers: [layers.dense({ units: 1, kernelInitializer: 'ones', inputShape: [2] })] });
 * const y = await train.predict(model, [[1, 2], [3, 4]], { batchSize: 1 });
 * console.log(String(y)); // Tensor [[3], [7]]
 */
export async function predict<T extends tf.Tensor | tf.Tensor[] = tf.Tensor>(
  model: tf.LayersModel,
  x: ModelData,
  options: { batchSize?: number; signal?: AbortSignal } = {},
): Promise<T> {
  checkOptions('train.predict', options, ['batchSize', 'signal']);
  if (model instanceof tf.Sequential && !model.built) model.build(); // compiling would have done it
  const { tensors, made } = listTensors(model, 'inputs', x, 'x');
  const signal = options.signal ?? interruptSignal();
  const parts: tf.Tensor[][] = [];
  const pace = new Pace();
  try {
    const size = batchSizeFor(model, options.batchSize, tensors[0].shape[0], 'x');
    const device = deviceFor(model, [size, ...tensors[0].shape.slice(1)]);
    const part = (start: number) =>
      tf.tidy(() => {
        const rows = Math.min(size, tensors[0].shape[0] - start);
        return forward(
          model,
          tensors.map((tensor) => (rows === tensor.shape[0] ? tensor.clone() : tf.slice(tensor, start, rows))),
          false,
        );
      });
    for (let start = 0; start < tensors[0].shape[0]; start += size) {
      parts.push(onDevice(device, () => part(start)));
      await pace.rest();
      if (signal?.aborted) throw new Interrupted('Prediction was interrupted.');
    }
    if (parts.length === 0) throw new Error('x holds no sample.');
    const whole = model.outputs.map((_, i) => tf.concat(parts.map((part) => part[i])));
    return (whole.length === 1 ? whole[0] : whole) as T;
  } finally {
    tf.dispose([parts, made]);
  }
}
