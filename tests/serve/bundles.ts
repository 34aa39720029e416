/** Small bundles for the service, made once for each file of tests. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import { tf } from '../../lib/backend';
import { toBundle } from '../../lib/export';
import * as layers from '../../lib/layers';
import { serve, type ServeOptions, type Service } from '../../lib/serve';
import { Vocabulary, words } from '../../lib/text';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lstm-serve-test-'));
const running: Service[] = [];
after(async () => {
  await Promise.all(running.map((service) => service.close()));
  fs.rmSync(folder, { recursive: true, force: true });
});

export const inFolder = (name: string): string => path.join(folder, name);

const reviews = ['a moving film well played', 'dull loud and far too long', 'i liked it not a good film'];
const vocabulary = Vocabulary.fromTokens(reviews.map(words));
const characters = Vocabulary.fromTokens([[...'to be or not to be, that is the question']]);

/** A classification of texts, with attention or without. @returns its file */
export async function sentiment(name = 'sentiment.lstm', attention = true, bias = 0): Promise<string> {
  const input = tf.input({ shape: [null] });
  const x = layers.embedding({ inputDim: vocabulary.size, outputDim: 4, maskZero: true }).apply(input);
  const lstm = layers.lstm({ units: 3, returnSequences: attention });
  const states = lstm.apply(x as tf.SymbolicTensor) as tf.SymbolicTensor;
  const read = attention ? (layers.attentionPooling().apply(states) as tf.SymbolicTensor) : states;
  const dense = layers.dense({ units: 1, activation: 'sigmoid' });
  const model = tf.model({ inputs: input, outputs: dense.apply(read) as tf.SymbolicTensor });
  dense.setWeights([dense.getWeights()[0], tf.tensor1d([bias])]);
  const labels = ['negative', 'positive'];
  await toBundle(model, inFolder(name), { task: 'classify', vocabulary, labels, title: 'Film <reviews> & more' });
  model.dispose();
  return inFolder(name);
}

/** A regression of windows of any length; long ones take long, with many units longer. @returns its file */
export async function forecaster(name = 'forecaster.lstm', units = 64): Promise<string> {
  const model = tf.sequential({
    layers: [layers.lstm({ units, inputShape: [null, 1] }), layers.dense({ units: 1 })],
  });
  await toBundle(model, inFolder(name), { task: 'regress' });
  model.dispose();
  return inFolder(name);
}

/** A bundle that writes. @returns its file */
export async function writer(name = 'writer.lstm'): Promise<string> {
  const model = tf.sequential({
    layers: [
      layers.embedding({ inputDim: characters.size, outputDim: 4, batchInputShape: [1, null] }),
      layers.lstm({ units: 6, stateful: true }),
      layers.dense({ units: characters.size }),
    ],
  });
  await toBundle(model, inFolder(name), { task: 'generate', vocabulary: characters, fromLogits: true });
  model.dispose();
  return inFolder(name);
}

/** A service on a free port, closed after the tests; what it logs is kept. */
export async function started(file: string, options: ServeOptions = {}): Promise<Service & { log: string[] }> {
  const log: string[] = [];
  const logTo = { write: (line: string) => void log.push(line) };
  const service = await serve(file, { port: 0, rate: 0, log: 'info', logTo, ...options });
  running.push(service);
  return Object.assign(service, { log });
}

export interface Reply {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}

/** Asks a service with JSON. */
export async function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Reply> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: text,
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Reply['body'] };
}
