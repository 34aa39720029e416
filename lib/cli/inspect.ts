/** `lstm-lab inspect FILE`: what a file holds, and the formats that it can go to. */
import { tf } from '../backend';
import { fromBundle } from '../export';
import type { TextState } from '../export/bundle/text-input';
import { type ModelFormat, formatOf, formats } from '../export/formats';
import { isSavedModel, metaGraphsOf } from '../export/saved-model/signatures';
import { shapeText } from '../export/shape-text';
import { Table } from '../table';

/** The content of a file as text for a terminal. */
export async function inspect(file: string): Promise<string> {
  if (isSavedModel(file)) return inspectSavedModel(file);
  const format = formatOf(file);
  if (format.name === 'bundle') return inspectBundle(file);
  if (format.holds === 'a model') {
    const model = await format.read(file);
    const text = `${modelTable(`${file}: ${format.name}`, model)}\n\n${destinations(model)}`;
    model.dispose();
    return text;
  }
  const tensors = await format.read(file);
  const rows = Object.entries(tensors).map(([name, { dtype, shape, size }]) => [name, dtype, `[${shape}]`, size]);
  tf.dispose(tensors);
  const total = rows.reduce((sum, row) => sum + (row[3] as number), 0);
  const caption = `${file}: ${format.name}, ${rows.length} tensors, ${total} numbers`;
  return `${String(new Table(['Tensor', 'Type', 'Shape', 'Numbers'], rows, caption))}\n`;
}

/** What the functions of a SavedModel take and give. */
async function inspectSavedModel(folder: string): Promise<string> {
  const tables = (await metaGraphsOf(folder)).map(({ tags, signatures }) => {
    const rows = Object.entries(signatures).flatMap(([name, { inputs, outputs }]) =>
      Object.entries({ takes: inputs, gives: outputs }).flatMap(([what, specs]) =>
        Object.entries(specs).map(([tensor, { stored, shape }]) => [
          name,
          what,
          tensor,
          stored,
          shape ? shapeText(shape) : 'any',
        ]),
      ),
    );
    const caption = `${folder}: SavedModel of TensorFlow, tags [${tags.join(', ')}], ${Object.keys(signatures).length} signatures`;
    return `${String(new Table(['Signature', '', 'Tensor', 'Type', 'Shape'], rows, caption))}\n`;
  });
  return `${tables.join('\n')}\nIt is a graph, to predict with: fromSavedModel(folder). It can go to no other format.\n`;
}

/** What a bundle reads and answers, its layers, and where its model can go. */
async function inspectBundle(file: string): Promise<string> {
  const bundle = await fromBundle(file);
  const { model, description, task, window } = bundle;
  const { title, labels, versions, input } = description;
  const of = (count: number | null) => (count === null ? 'any number of' : String(count));
  const reads =
    input.kind === 'text'
      ? textsOf(input)
      : `windows of ${of(window!.time)} steps with ${window!.features} numbers each`;
  const answers = labels ? `, one of ${labels.join(', ')}` : '';
  const lines = [
    ...(title === undefined ? [] : [`Title: ${title}`]),
    `Task: ${task}${answers}`,
    `Reads: ${reads}`,
    `Written by lstm-lab ${versions['lstm-lab']} with TensorFlow.js ${versions.tfjs}`,
  ];
  const text = `${modelTable(`${file}: bundle`, model)}\n\n${lines.join('\n')}\n\nIts model: ${destinations(model)}`;
  bundle.dispose();
  return text;
}

function textsOf({ tokenizer, vocabulary, cut, padding }: TextState): string {
  const { tokens } = (vocabulary ?? {}) as { tokens?: string[] };
  const { counts } = (tokenizer ?? {}) as { counts?: unknown[] };
  const how = tokens
    ? `cut into ${typeof cut === 'string' ? cut : 'tokens by rules of its own'}, a vocabulary of ${tokens.length} tokens`
    : `cut by a tokenizer that knows ${counts!.length} tokens`;
  return `texts, ${how}${padding.maxLen === undefined ? '' : `, ${padding.maxLen} of them at a time`}`;
}

function modelTable(what: string, model: tf.LayersModel): string {
  const rows = model.layers.map((layer) => [
    layer.name,
    layer.getClassName(),
    shapesText(layer.outputShape),
    layer.countParams(),
  ]);
  const kind = model.getClassName() === 'Sequential' ? 'Sequential' : 'Functional';
  const caption = `${what}, ${kind} "${model.name}", ${model.countParams()} parameters`;
  return String(new Table(['Layer', 'Kind', 'Output', 'Parameters'], rows, caption));
}

const shapesText = (shape: tf.Shape | tf.Shape[]): string =>
  Array.isArray(shape[0]) ? (shape as tf.Shape[]).map(shapeText).join(', ') : shapeText(shape as tf.Shape);

/** One line for the formats that hold the model, and one for each that does not, with the reason. */
function destinations(model: tf.LayersModel): string {
  const fits: string[] = [];
  const refusals: string[] = [];
  const others = formats.filter((one): one is ModelFormat => one.holds === 'a model' && one.name !== 'bundle');
  for (const { name, endings, check } of others) {
    try {
      check(model);
      fits.push(`${name} (${endings.join(', ')})`);
    } catch (error) {
      refusals.push(`Not to ${name}: ${(error as Error).message}\n`);
    }
  }
  return `It can go to ${fits.join(', ')}.\n${refusals.join('')}`;
}
