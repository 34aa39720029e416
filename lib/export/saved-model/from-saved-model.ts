/** Models that TensorFlow or Keras has saved as a graph with its weights. */
import { backendInfo, nativeBackend } from '../../backend';
import type { NativeBackend } from '../../backend/native';
import { checkOptions, orNearest } from '../../options';
import { SavedModel } from './saved-model';
import { metaGraphsOf, type MetaGraph } from './signatures';

/** Options of {@link fromSavedModel}. */
export interface SavedModelOptions {
  /** Which of its functions. Default: `serving_default`, or the only one. */
  signature?: string;
  /** Those of the graph, where there are several. Default: `['serve']`, or those of the only graph. */
  tags?: string[];
}

/**
 * A SavedModel of TensorFlow, as Keras's `model.export(folder)` and `tf.saved_model.save` write it, to predict with. It is a graph and no
 * layers, so it cannot be trained, changed or written; it computes in TensorFlow's C++ library.
 * @throws Error of one sentence when the folder is no SavedModel, has no such graph or signature, or WebAssembly computes here
 *
 * @example
 * // In Python: model.export('reviews'). Then, where native TensorFlow computes:
 * const predict = async (x: tf.Tensor) => (await fromSavedModel('reviews')).predict(x);
 * const said = await predict(tf.ones([1, 20])).catch(({ message }) => message); // nobody has exported it here
 * console.log(said); // reviews does not exist.
 */
export async function fromSavedModel(folder: string, options: SavedModelOptions = {}): Promise<SavedModel> {
  checkOptions('fromSavedModel', options, ['signature', 'tags']);
  const graph = graphOf(folder, await metaGraphsOf(folder), options.tags);
  const name = signatureOf(folder, graph, options.signature);
  const backend = nativeBackend();
  if (!backend)
    throw new Error(
      `${folder} is a SavedModel, which needs the native backend, TensorFlow's C++ library; here WebAssembly computes. ` +
        '`npx lstm-lab build-native` builds it, and fromKeras reads a .keras file of the same model without it.',
    );
  const session = load(backend, folder, graph.tags);
  return new SavedModel(backend, session, name, graph.signatures[name]);
}

const listed = (tags: string[]) => `[${tags.join(', ')}]`;

function graphOf(folder: string, graphs: MetaGraph[], tags?: string[]): MetaGraph {
  if (!tags && graphs.length === 1) return graphs[0];
  const wanted = [...(tags ?? ['serve'])].sort().join();
  const found = graphs.find((graph) => [...graph.tags].sort().join() === wanted);
  if (found) return found;
  const known = graphs.map((graph) => listed(graph.tags)).join(' and ');
  throw new Error(
    `${folder} has no graph with the tags ${listed(tags ?? ['serve'])}; it has ${known}: name them as { tags }.`,
  );
}

function signatureOf(folder: string, { signatures }: MetaGraph, asked?: string): string {
  const known = Object.keys(signatures);
  if (known.length === 0)
    throw new Error(
      `${folder} has no signature, so it says nothing of its inputs; save it with tf.saved_model.save(model, folder, signatures=…).`,
    );
  const name = asked ?? (known.length === 1 ? known[0] : 'serving_default');
  if (known.includes(name)) return name;
  const end = asked === undefined ? '.' : orNearest(name, known);
  throw new Error(`${folder} has no signature "${name}"${end} It has ${known.join(', ')}: name one as { signature }.`);
}

function load({ binding }: NativeBackend, folder: string, tags: string[]): number {
  try {
    return binding.loadSavedModel(folder, tags.join(','));
  } catch (error) {
    const [line] = (error as Error).message.replace(/^Failed to load SavedModel: /, '').split('\n');
    throw new Error(`${folder} cannot be loaded by TensorFlow ${backendInfo().tensorflow}: ${line}`, { cause: error });
  }
}
