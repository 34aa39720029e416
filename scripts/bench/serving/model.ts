/** The model that is served: the workload imdb, with the same weights as a bundle and as a state dict of PyTorch. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { text, tf } from 'lstm-lab';
import { toBundle, toTorch } from 'lstm-lab/export';
import { buildOurs } from '../ours';
import { named } from '../workload';

const words = 200;

/** What is served, and what is asked. */
export interface Served {
  /** For our service. */
  bundle: string;
  /** For PyTorch: `weights.pt` and `vocabulary.json` lie here. */
  folder: string;
  /** Texts of 200 words each. */
  texts: string[];
}

/** Writes both, into a folder. */
async function makeServed(folder: string): Promise<Served> {
  const workload = named.imdb;
  if (workload.model !== 'sentiment') throw new Error('The workload imdb is no sentiment.');
  const { model, x, y } = buildOurs(workload);
  tf.dispose([x, y]);
  const tokens = Array.from({ length: workload.vocabulary - 2 }, (_, i) => `word${i}`);
  const vocabulary = text.Vocabulary.fromTokens([tokens]);
  const bundle = path.join(folder, 'imdb.lstm');
  const padding = { maxLen: words };
  await toBundle(model, bundle, { task: 'classify', vocabulary, padding, labels: ['negative', 'positive'] });
  const [embedding, kernel, recurrent, bias, dense, denseBias] = model.getWeights();
  // gates in the order i, f, g, o on both sides; PyTorch keeps matrices transposed and has two biases
  const state = {
    'embedding.weight': embedding,
    'lstm.weight_ih_l0': tf.transpose(kernel),
    'lstm.weight_hh_l0': tf.transpose(recurrent),
    'lstm.bias_ih_l0': bias,
    'lstm.bias_hh_l0': tf.zerosLike(bias),
    'dense.weight': tf.transpose(dense),
    'dense.bias': denseBias,
  };
  await toTorch(state, path.join(folder, 'weights.pt'));
  fs.writeFileSync(path.join(folder, 'vocabulary.json'), JSON.stringify(vocabulary.tokens));
  const texts = Array.from({ length: 100 }, (_, i) =>
    Array.from({ length: words }, (_, k) => tokens[(i * 7919 + k * k * 31) % tokens.length]).join(' '),
  );
  return { bundle, folder, texts };
}

/** {@link makeServed} in a process of its own, so that nothing computes beside the services. */
export function servedIn(folder: string): Served {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', __filename, folder], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) throw new Error(`The model to serve could not be made: ${stderr.trim().slice(-2000)}`);
  return JSON.parse(stdout) as Served;
}

if (require.main === module)
  void makeServed(process.argv[2]).then((served) => process.stdout.write(JSON.stringify(served)));
