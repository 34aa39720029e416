/** Which tokens of a text its classification rests on. */
import { tf } from '../../backend';
import * as layers from '../../layers';
import { predict } from '../../train';
import { probabilities, type Classification } from './answers';
import type { Bundle } from './bundle';
import type { TextInput, TextSample } from './text-input';

/** An answer with the tokens that it rests on. */
export interface Explanation extends Classification {
  /** `attention`: weights of the model's attention pooling, which sum to 1; `occlusion`: by how much the label's probability falls without the token. */
  method: 'attention' | 'occlusion';
  /** The tokens that the model read, in their order. */
  tokens: { token: string; weight: number }[];
}

/** The most tokens that are left out one by one. */
const mostOccluded = 400;
const atOnce = 64;

export async function explain(bundle: Bundle, input: TextInput, sample: TextSample): Promise<Explanation> {
  const [answer] = (await bundle.answers([sample])) as Classification[];
  const attention = await attentionWeights(bundle.model, input, sample);
  const weights = attention ?? (await occlusion(bundle, sample, answer));
  const tokens = sample.tokens.map((token, i) => ({ token, weight: weights[i] ?? 0 }));
  return { ...answer, method: attention ? 'attention' : 'occlusion', tokens };
}

interface Looking {
  layer: tf.layers.Layer;
  model: tf.LayersModel;
}

/** For each model that was asked: itself up to its attention pooling, whose weights come out; null where it has none. */
const looking = new WeakMap<tf.LayersModel, Looking | null>();

function lookingModel(model: tf.LayersModel): Looking | null {
  const pooling = model.layers.find((layer) => layer.getClassName() === 'AttentionPooling');
  if (!pooling || pooling.inboundNodes.length !== 1) return null;
  const { name, ...config } = pooling.getConfig() as { name: string; units: number | null };
  const layer = layers.attentionPooling({ ...config, name: `${name}_weights`, returnAttentionScores: true });
  const [, weights] = layer.apply(pooling.input as tf.SymbolicTensor) as tf.SymbolicTensor[];
  layer.setWeights(pooling.getWeights());
  return { layer, model: tf.model({ inputs: model.inputs, outputs: weights }) };
}

/** Frees what was made to look into a model. */
export function forgetAttention(model: tf.LayersModel): void {
  looking.get(model)?.layer.dispose();
  looking.delete(model);
}

/** The weights of the tokens in the model's attention pooling; undefined where it has none over the tokens themselves. */
async function attentionWeights(
  model: tf.LayersModel,
  input: TextInput,
  sample: TextSample,
): Promise<number[] | undefined> {
  if (!looking.has(model)) looking.set(model, lookingModel(model));
  const found = looking.get(model);
  if (!found) return undefined;
  const x = input.stack([sample]);
  const weights = await predict(found.model, x);
  const values = Array.from(weights.dataSync());
  const isOfTokens = values.length === x.shape[1];
  tf.dispose([x, weights]);
  return isOfTokens ? input.unpadded(values, sample.numbers.length) : undefined;
}

/** By how much the probability of the answer's label falls when a token is left out, for each token. */
async function occlusion(
  bundle: Bundle,
  sample: TextSample,
  { probability, label }: Classification,
): Promise<number[]> {
  const { labels = [], fromLogits = false } = bundle.description;
  const place = labels.indexOf(label);
  const count = sample.numbers.length < 2 ? 0 : Math.min(sample.numbers.length, mostOccluded);
  const without = (list: readonly unknown[], i: number) => [...list.slice(0, i), ...list.slice(i + 1)];
  const variants = Array.from({ length: count }, (_, i) => ({
    numbers: without(sample.numbers, i) as number[],
    tokens: without(sample.tokens, i) as string[],
  }));
  const weights: number[] = [];
  for (let from = 0; from < count; from += atOnce) {
    const outputs = await bundle.outputs(variants.slice(from, from + atOnce));
    for (const { data } of outputs) weights.push(probability - probabilities(data, fromLogits)[place]);
  }
  return weights;
}
