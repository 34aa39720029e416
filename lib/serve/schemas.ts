/** The shapes of requests and answers in JSON Schema: what the service checks is what its OpenAPI page says. */
import type { About } from './protocol';

/** What this service uses of JSON Schema. */
export interface Schema {
  type?: string;
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  enum?: string[];
  /** Limits, and whatever else there is. */
  [more: string]: unknown;
}

const object = (properties: Record<string, Schema>, required: string[] = Object.keys(properties)): Schema => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
const text = (description: string, more: Schema = {}): Schema => ({ type: 'string', description, ...more });
const number = (description: string, more: Schema = {}): Schema => ({ type: 'number', description, ...more });
const integer = (description: string, minimum: number, maximum: number): Schema => ({
  type: 'integer',
  description,
  minimum,
  maximum,
});

const numbers: Schema = { type: 'array', items: { type: 'number' } };

const classification: Record<string, Schema> = {
  label: text('The most likely label.'),
  probability: number('Its probability.'),
  probabilities: { type: 'object', additionalProperties: { type: 'number' }, description: 'That of each label.' },
};

/** What goes wrong, in one sentence. */
export const errorSchema: Schema = object({ error: text('One sentence on what is wrong.') });

/** A path of the service that computes. */
export interface Operation {
  path: '/predict' | '/explain' | '/generate';
  does: string;
  body: Schema;
  answer: Schema;
}

export interface Limits {
  /** The longest text, in characters. */
  characters: number;
}

/** The paths that a bundle answers at. */
export function operationsOf(about: Pick<About, 'task' | 'reads'>, { characters }: Limits): Operation[] {
  const written = text('The text.', { minLength: 1, maxLength: characters });
  if (about.task === 'generate') return [generation(characters)];
  const window: Schema = {
    description:
      'The steps of the window, oldest first, in their unit: a list of numbers for each; for one feature, a number.',
    type: 'array',
    minItems: 1,
    items: { anyOf: [{ type: 'number' }, numbers] },
  };
  const body = object({ [about.reads]: about.reads === 'text' ? written : window });
  const values: Schema = {
    description: 'Numbers in their unit; a list of numbers for each step where the model gives several.',
    type: 'array',
    items: { anyOf: [{ type: 'number' }, numbers] },
  };
  const answer = about.task === 'classify' ? object(classification) : object({ values });
  const predict: Operation = { path: '/predict', does: `Answers a ${about.reads}.`, body, answer };
  if (about.task !== 'classify' || about.reads !== 'text') return [predict];
  const token = object({ token: text('A word that the model read.'), weight: number('How much it counts.') });
  const explained = object({
    ...classification,
    method: text(
      'attention: the weights of the model; occlusion: by how much the probability falls without the word.',
      {
        enum: ['attention', 'occlusion'],
      },
    ),
    tokens: { type: 'array', items: token, description: 'The words that the model read, in their order.' },
  });
  return [predict, { path: '/explain', does: 'Answers a text and says which words count.', body, answer: explained }];
}

const generation = (characters: number): Operation => ({
  path: '/generate',
  does: 'Writes how a text goes on; with "stream": true as server-sent events, one for each piece.',
  body: object(
    {
      prompt: text('The beginning.', { minLength: 1, maxLength: characters }),
      length: integer('Tokens to write.', 1, 10_000),
      temperature: number('0: always the likeliest token.', { minimum: 0, maximum: 100 }),
      topK: integer('Draw among so many tokens.', 1, 1_000_000),
      topP: number('Draw among the likeliest tokens up to this probability.', { exclusiveMinimum: 0, maximum: 1 }),
      seed: integer('The same seed, the same text.', 0, 2 ** 32 - 1),
      stream: { type: 'boolean', description: 'Whether to send each piece at once.' },
    },
    ['prompt'],
  ),
  answer: object({ text: text('How it goes on.') }),
});
