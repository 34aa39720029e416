/** What a bundle says of itself: the file `bundle.json` in it. */
import { isObject } from '../keras/description';
import type { ScalerState } from '../../series';
import type { TextState } from './text-input';
import type { WindowState } from './window-input';

/** What a bundle answers with: the most likely label, numbers in their unit, or how a text goes on. */
export type Task = 'classify' | 'regress' | 'generate';

export const tasks: readonly Task[] = ['classify', 'regress', 'generate'];

/** How numbers that a model gives go back to their unit. */
export interface OutputState {
  scaler: ScalerState;
  /** The column of the scaler that all numbers are of; without it each number of the last axis is of the column at its place. */
  feature?: number;
}

/** What a bundle records beside its model and its weights. */
export interface BundleDescription {
  /** The number of the format. */
  format: 1;
  /** The versions that wrote it. */
  versions: { 'lstm-lab': string; tfjs: string };
  /** What the model answers with. */
  task: Task;
  /** How a raw text or window becomes what the model reads. */
  input: TextState | WindowState;
  /** Of a classification: a name for each class, in the order of the model's outputs; of one output, those of 0 and of 1. */
  labels?: string[];
  /** Of a regression. */
  output?: OutputState;
  /** Whether the model ends before its softmax or sigmoid. */
  fromLogits?: boolean;
  /** A name for people. */
  title?: string;
}

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isFlag: Check = (value) => typeof value === 'boolean';
const isCount = (least: number, most: number): Check => {
  return (value) => Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
};
const isOneOf = (...known: unknown[]): Check => {
  return (value) => known.includes(value);
};
const each = (fields: Record<string, Check>): Check => {
  return (value) =>
    isObject(value) && Object.entries(value).every(([name, one]) => Object.hasOwn(fields, name) && fields[name](one));
};
const tokenFields = { filters: isText, lower: isFlag, split: isText, charLevel: isFlag };
const isCut = each(tokenFields);

const fields: Record<keyof BundleDescription, Check> = {
  format: isOneOf(1),
  versions: each({ 'lstm-lab': isText, tfjs: isText }),
  task: isOneOf(...tasks),
  input: each({
    kind: isOneOf('text', 'window'),
    scaler: isObject,
    tokenizer: each({
      options: each({ ...tokenFields, numWords: isCount(1, 2 ** 31), oovToken: isText }),
      counts: Array.isArray,
      documents: isCount(0, Number.MAX_SAFE_INTEGER),
    }),
    vocabulary: isObject,
    cut: (value) => value === 'words' || value === 'characters' || isCut(value),
    padding: each({
      maxLen: isCount(1, 100_000),
      padding: isOneOf('pre', 'post'),
      truncating: isOneOf('pre', 'post', 'middle'),
      value: isCount(-(2 ** 31), 2 ** 31 - 1),
    }),
  }),
  labels: (value) => Array.isArray(value) && value.length > 1 && value.every(isText),
  output: each({ scaler: isObject, feature: isCount(0, 2 ** 31) }),
  fromLogits: isFlag,
  title: isText,
};

const required: (keyof BundleDescription)[] = ['format', 'versions', 'task', 'input'];

/** The description in a bundle's `bundle.json`. @throws Error that names the field which is missing or wrong. */
export function checkDescription(file: string, value: unknown): BundleDescription {
  if (!isObject(value)) throw new Error(`${file} is no bundle: its bundle.json is no object.`);
  if (typeof value.format === 'number' && value.format > 1)
    throw new Error(
      `${file} is a bundle of format ${value.format}; this version of lstm-lab reads format 1: update it.`,
    );
  const missing = required.find((name) => !Object.hasOwn(value, name));
  if (missing) throw new Error(`${file} is no bundle: its bundle.json lacks ${missing}.`);
  for (const [name, content] of Object.entries(value)) {
    const check = Object.hasOwn(fields, name) ? fields[name as keyof BundleDescription] : undefined;
    if (!check?.(content))
      throw new Error(`${file} is damaged: its bundle.json has a ${JSON.stringify(name)} that no bundle has.`);
  }
  return value as unknown as BundleDescription;
}
