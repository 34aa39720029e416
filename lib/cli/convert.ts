/** `lstm-lab convert A B`: a file in another format. */
import { tf } from '../backend';
import { type ModelFormat, type TensorFormat, formatOf } from '../export/formats';

/** Reads `from` and writes `to`, each in the format that its name says. @returns a sentence on what was written */
export async function convert(from: string, to: string): Promise<string> {
  const [source, target] = [formatOf(from), formatOf(to)];
  if (source.holds !== target.holds)
    throw new Error(
      `${from} holds ${source.holds}, a file of ${target.name} ${target.holds}; convert between files of one kind.`,
    );
  if (source.holds === 'a model') {
    const model = await source.read(from);
    await (target as ModelFormat).write(model, to);
    const sentence = `${to}: ${model.layers.length} layers, ${model.countParams()} parameters, as ${target.name}.\n`;
    model.dispose();
    return sentence;
  }
  const tensors = await source.read(from);
  await (target as TensorFormat).write(tensors, to);
  tf.dispose(tensors);
  return `${to}: ${Object.keys(tensors).length} tensors, as ${target.name}.\n`;
}
