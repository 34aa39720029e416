/**
 * A model whose file is damaged, or written to harm: where a layer reads from one that is not there, from itself, or from a circle,
 * TensorFlow.js looks for it for ever. Such a graph is refused before its first layer is made.
 */
import * as tf from '@tensorflow/tfjs';
import { applyMend } from './mend';

type FromConfig = tf.serialization.FromConfigMethod<tf.serialization.Serializable>;
type Entry = [tf.serialization.SerializableConstructor<tf.serialization.Serializable>, FromConfig];

interface LayerData {
  className?: unknown;
  name?: unknown;
  config?: { name?: unknown };
  inboundNodes?: unknown;
}

/** Throws one sentence when the calls of a graph can never all be made. */
export function checkGraph(config: tf.serialization.ConfigDict): void {
  const layers: unknown = config.layers;
  if (!Array.isArray(layers)) throw new Error('The model lists no layers.');
  const made = new Map<string, number>();
  const waiting: { name: string; from: [name: string, node: number][] }[] = [];
  for (const { className, name, config: own, inboundNodes } of layers as LayerData[]) {
    if (typeof name !== 'string' || own?.name !== name || made.has(name))
      throw new Error(`The model has a layer without a name of its own, ${JSON.stringify(name)}.`);
    if (!Array.isArray(inboundNodes)) throw new Error(`The layer "${name}" does not say what it reads.`);
    // inputs, and models inside this one, have a first node before they are called
    made.set(name, /^(InputLayer|Model|Functional|Sequential)$/.test(String(className)) ? 1 : 0);
    for (const node of inboundNodes as unknown[]) {
      const calls = Array.isArray(node) ? (node as unknown[]) : [];
      if (calls.length > 0) waiting.push({ name, from: calls.map(placeOf) });
    }
  }
  const canBeMade = ([name, node]: [string, number]) => (made.get(name) ?? 0) > node;
  for (;;) {
    const ready = waiting.findIndex(({ from }) => from.every(canBeMade));
    if (ready < 0) break;
    const [{ name }] = waiting.splice(ready, 1);
    made.set(name, made.get(name)! + 1);
  }
  if (waiting.length > 0)
    throw new Error(`The layer "${waiting[0].name}" reads from a layer that is missing, or that waits for it.`);
}

function placeOf(place: unknown): [name: string, node: number] {
  const [name, node] = Array.isArray(place) ? (place as unknown[]) : [];
  return [String(name), typeof node === 'number' && node >= 0 ? node : NaN];
}

/** Lets models that TensorFlow.js loads be refused by {@link checkGraph}. */
export function mendEndlessGraphs(): void {
  const map = tf.serialization.SerializationMap.getMap().classNameMap as Record<string, Entry>;
  const mend = {
    wrong: 'a model whose graph has a circle or a gap is loaded for ever',
    issue: 'none',
    dependency: '@tensorflow/tfjs',
    version: '4.22.0',
  };
  applyMend('endless graphs', mend, map, tf.version['tfjs-layers'], () => {
    for (const name of ['Model', 'Functional']) {
      const [model, fromConfig] = map[name];
      map[name] = [
        model,
        (...args) => {
          checkGraph(args[1]);
          return fromConfig(...args);
        },
      ];
    }
  });
}
