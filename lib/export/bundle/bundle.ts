/** A model with all that stands around it: raw text or raw window in, answer out. */
import { tf } from '../../backend';
import { predict } from '../../train';
import { answersOf, type Answer } from './answers';
import type { BundleDescription, Task } from './description';
import { explain, forgetAttention, type Explanation } from './explanation';
import { generate, type GenerateOptions } from './generation';
import { InputError } from './input-error';
import { checkLabels, inputOf, unitOf } from './parts';
import type { TextInput, TextSample } from './text-input';
import type { WindowInput, WindowSample } from './window-input';

/** A raw input, prepared for the model. */
export type Sample = TextSample | WindowSample;

/** A model with all that it takes to answer a raw text or a raw window. */
export class Bundle {
  private readonly input: TextInput | WindowInput;
  private readonly unit: (values: number[]) => number[];

  /** @throws Error when the model and the description do not fit together. */
  constructor(
    /** What answers. */
    readonly model: tf.LayersModel,
    /** What its file records beside the model. */
    readonly description: BundleDescription,
  ) {
    if (model instanceof tf.Sequential && !model.built) model.build();
    this.input = inputOf(model, description);
    checkLabels(model, description);
    this.unit = unitOf(model, description.output);
    if (this.isText(this.input) && description.task === 'generate') generate.check(model, this.input);
  }

  /** What it answers with. */
  get task(): Task {
    return this.description.task;
  }

  /** What it reads: texts, or windows of a series. */
  get reads(): 'text' | 'window' {
    return this.input.kind;
  }

  /** Of windows: how many steps (null: any number) with how many numbers each. */
  get window(): { time: number | null; features: number } | undefined {
    return this.isText(this.input) ? undefined : { time: this.input.time, features: this.input.features };
  }

  /**
   * The answer to one raw input: a text, or a window `[time][features]` in its unit. To generate, the text goes on with the usual options.
   * @throws InputError of one sentence when it is not what the model reads
   */
  async answer(raw: unknown, options: GenerateOptions = {}): Promise<Answer> {
    if (this.task !== 'generate') return (await this.answers([this.prepare(raw)]))[0];
    let text = '';
    for await (const piece of this.generate(raw, options)) text += piece;
    return { text };
  }

  /** A raw input as the model reads it. @throws InputError of one sentence when it is not what the model reads */
  prepare(raw: unknown): Sample {
    return this.input.prepare(raw);
  }

  /** The answers to prepared inputs, in their order: as few passes through the model as their lengths allow. */
  async answers(samples: readonly Sample[]): Promise<Answer[]> {
    const outputs = await this.outputs(samples);
    return outputs.map(answersOf(this.description, this.unit));
  }

  /** The model's own numbers for each prepared input, flat. */
  async outputs(samples: readonly Sample[]): Promise<{ data: number[]; shape: number[] }[]> {
    const input = this.input as { batchKey(s: Sample): number; stack(s: Sample[]): tf.Tensor };
    const groups = new Map<number, number[]>();
    samples.forEach((sample, i) => {
      const key = input.batchKey(sample);
      groups.set(key, [...(groups.get(key) ?? []), i]);
    });
    const answers: { data: number[]; shape: number[] }[] = [];
    for (const places of groups.values()) {
      const x = input.stack(places.map((place) => samples[place]));
      const y = await predict(this.model, x, { batchSize: places.length });
      const values = y.dataSync();
      const [, ...shape] = y.shape;
      const size = values.length / places.length;
      places.forEach((place, row) => {
        answers[place] = { data: Array.from(values.subarray(row * size, (row + 1) * size)), shape };
      });
      tf.dispose([x, y]);
    }
    return answers;
  }

  /**
   * How much each token of a text counts in its classification: the weights of the model's attention pooling where it has one, else how far
   * the probability of the answer's label falls without the token.
   * @throws InputError when the bundle does not classify texts
   */
  async explain(raw: unknown): Promise<Explanation> {
    if (!this.isText(this.input) || this.task !== 'classify')
      throw new InputError('Only the classification of a text can be explained.');
    return explain(this, this.input, this.input.prepare(raw));
  }

  /** How a text goes on, piece by piece. @throws InputError when the bundle does not generate, or an option is out of range */
  generate(prompt: unknown, options: GenerateOptions = {}): AsyncGenerator<string> {
    if (!this.isText(this.input) || this.task !== 'generate')
      throw new InputError(`This bundle does not generate; its task is ${this.task}.`);
    return generate(this.model, this.input, this.description.fromLogits ?? false, prompt, options);
  }

  /** Frees the model. */
  dispose(): void {
    forgetAttention(this.model);
    this.model.dispose();
  }

  private isText(input: TextInput | WindowInput): input is TextInput {
    return input.kind === 'text';
  }
}
