/** One operator of a graph on its way into a model. */
import type { NodeProto } from '../proto';
import type { Attributes } from './attributes';
import type { GraphFile } from './graph-file';
import type { Plan } from './plan';
import type { Constant, Value } from './values';
import type { View } from './view';

export interface Call {
  node: NodeProto;
  attributes: Attributes;
  /** Undefined for those that it does without. */
  inputs: (Value | undefined)[];
  plan: Plan;
  /** The name for its layer: the last part of the node's name that is no operator, or that of its weights. */
  name: string;
  file: GraphFile;
  /** What a name of the graph stands for, for the graphs inside operators. */
  outer(name: string): Value | undefined;
}

/** Adds an operator to the plan. @returns what its outputs stand for @throws Error that says what no layer does */
export type Reading = (call: Call) => Value[];

/** The tensor that a layer takes as its input `k`. @throws Error when it is none */
export function viewAt({ inputs }: Pick<Call, 'inputs'>, k: number): View {
  const value = inputs[k];
  if (value?.kind === 'view') return value;
  throw new Error(`its input ${k} is ${whatIs(value)}, which no layer takes`);
}

/** The weight that an operator takes as its input `k`. @throws Error when it is none */
export function weightAt({ inputs }: Pick<Call, 'inputs'>, k: number): Constant['tensor'] {
  const value = inputs[k];
  if (value?.kind === 'constant') return value.tensor;
  throw new Error(`its input ${k} is ${whatIs(value)}; a layer has weights there`);
}

function whatIs(value: Value | undefined): string {
  switch (value?.kind) {
    case undefined:
      return 'missing';
    case 'view':
      return 'what another layer gives';
    case 'constant':
      return 'a constant';
    case 'computed':
      return 'computed from an input';
    default:
      return 'made of lengths';
  }
}
