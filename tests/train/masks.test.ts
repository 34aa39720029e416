import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { tf } from '../../lib/backend';
import * as layers from '../../lib/layers';
import * as train from '../../lib/train';

interface FixtureArray {
  shape: number[];
  values: number[];
}
interface Node {
  id: string;
  class: string;
  args: Record<string, unknown>;
  from: string[];
}
interface Numbers {
  loss: number;
  metrics: number[];
}
interface MaskCase {
  name: string;
  nodes: Node[];
  outputs: string[];
  weights: Record<string, FixtureArray[]>;
  inputs: FixtureArray[];
  targets: FixtureArray[];
  loss: 'mse' | 'categorical_crossentropy';
  metric: string;
  sampleWeight: FixtureArray | null;
  before: Numbers;
  after: Numbers;
}
type Symbolic = tf.SymbolicTensor;

const cases = JSON.parse(readFileSync(path.join(__dirname, 'fixtures', 'masks.json'), 'utf8')) as MaskCase[];
const array = ({ values, shape }: FixtureArray) => tf.tensor(values, shape, 'float32');
const losses = { mse: 'meanSquaredError', categorical_crossentropy: 'categoricalCrossentropy' };

/** A layer of Keras's name. */
function make(kind: string, args: Record<string, unknown>): tf.layers.Layer {
  if (kind === 'Model') return build(args.nodes as Node[], args.outputs as string[]).model;
  const factories = { ...tf.layers, ...layers } as unknown as Record<string, (args: object) => tf.layers.Layer>;
  const name = Object.keys(factories).find((key) => key.toLowerCase() === kind.toLowerCase() && key !== kind);
  const { class: inner, ...rest } = (args.layer ?? {}) as Record<string, unknown>;
  return factories[name!](args.layer ? { ...args, layer: make(inner as string, rest) } : args);
}

/** The model of a description, and its layers by node. */
function build(nodes: Node[], outputs: string[]): { model: tf.LayersModel; made: Map<string, tf.layers.Layer> } {
  const tensors = new Map<string, Symbolic>();
  const made = new Map<string, tf.layers.Layer>();
  for (const { id, class: kind, args, from } of nodes) {
    if (kind === 'Input') {
      tensors.set(id, tf.input(args as never));
      continue;
    }
    const layer = make(kind, args);
    made.set(id, layer);
    const given = from.map((source) => tensors.get(source)!);
    const result = layer.apply(given.length === 1 ? given[0] : given) as Symbolic | Symbolic[];
    [result].flat().forEach((tensor, k) => tensors.set(k === 0 ? id : `${id}:${k}`, tensor));
  }
  const inputs = nodes.filter((node) => node.class === 'Input').map(({ id }) => tensors.get(id)!);
  return { model: tf.model({ inputs, outputs: outputs.map((id) => tensors.get(id)!) }), made };
}

const one = <T>(list: T[]): T | T[] => (list.length === 1 ? list[0] : list);

describe('loss and metric see the masks that Keras sees, before and after a step of training', () => {
  for (const given of cases) {
    test(given.name, async () => {
      const { model, made } = build(given.nodes, given.outputs);
      for (const [id, weights] of Object.entries(given.weights)) made.get(id)!.setWeights(weights.map(array));
      model.compile({ optimizer: tf.train.sgd(0.05), loss: losses[given.loss], metrics: [given.metric] });
      const [x, y] = [one(given.inputs.map(array)), one(given.targets.map(array))];
      const sampleWeight = given.sampleWeight ? array(given.sampleWeight).squeeze() : undefined;
      const check = async (expected: Numbers, when: string) => {
        const { loss, ...metrics } = await train.evaluate(model, x, y, { sampleWeight });
        near(loss, expected.loss, `loss ${when}`);
        const kept = Object.entries(metrics).filter(([name]) => !name.endsWith('loss'));
        const values = kept.map(([, value]) => value).sort((a, b) => a - b);
        expected.metrics.forEach((value, k) => near(values[k], value, `metric ${k} ${when}`));
      };
      await check(given.before, 'before');
      await train.fit(model, x, y, { sampleWeight, verbose: 0, shuffle: false });
      await check(given.after, 'after');
    });
  }
});

function near(actual: number, expected: number, what: string): void {
  const error = Math.abs(actual - expected) / Math.max(Math.abs(expected), 0.1);
  assert.ok(error < 5e-5, `${what}: ${actual}, Keras gives ${expected}`);
}
