/** What every factory of `layers` does before it makes a layer: names and values of its options are checked. */
import { tf } from '../backend';
import { withOwnClasses } from '../mends/class-registry';
import { checkOptions, shown } from '../options';
import { getActivation, getConstraint, getInitializer, getRegularizer } from './identifiers';
import { options } from './options';
import { toList } from './stock';

type Args = Record<string, unknown>;

interface Rule {
  fits(value: unknown): boolean;
  wants: string;
}

const isCount = (value: unknown): boolean => Number.isInteger(value) && (value as number) > 0;
const count: Rule = { fits: isCount, wants: 'a positive integer' };
const counts: Rule = {
  fits: (value) => toList(value).every(isCount),
  wants: 'a positive integer, or one for each axis',
};
const rate: Rule = { fits: (value) => Number(value) >= 0 && Number(value) <= 1, wants: 'a number from 0 to 1' };
const number: Rule = { fits: Number.isFinite, wants: 'a number' };
const flag: Rule = { fits: (value) => typeof value === 'boolean', wants: 'true or false' };
const text: Rule = { fits: (value) => typeof value === 'string', wants: 'a string' };
const layer: Rule = { fits: (value) => value instanceof tf.layers.Layer, wants: 'a layer' };
const shape: Rule = {
  fits: (value) => Array.isArray(value) && value.every((size) => size === null || isCount(size)),
  wants: 'a list of positive integers, with null for a size that varies',
};

const under = (rule: Rule, ...names: string[]): Record<string, Rule> =>
  Object.fromEntries(names.map((name) => [name, rule]));

const rules: Record<string, Rule> = {
  ...under(count, 'units', 'filters', 'numHeads', 'keyDim', 'valueDim', 'inputDim', 'outputDim', 'n'),
  ...under(count, 'depthMultiplier', 'numTokens', 'batchSize', 'sequenceLength'),
  ...under(counts, 'kernelSize', 'strides', 'dilationRate', 'poolSize'),
  ...under(rate, 'rate', 'dropout', 'recurrentDropout'),
  ...under(number, 'momentum', 'epsilon', 'maskValue', 'stddev', 'alpha', 'theta', 'maxValue', 'seed', 'divValue'),
  ...under(flag, 'useBias', 'unitForgetBias', 'resetAfter', 'returnSequences', 'returnState', 'goBackwards'),
  ...under(flag, 'stateful', 'unroll', 'zeroOutputForMask', 'maskZero', 'center', 'trainable'),
  ...under(flag, 'headBias', 'normalize', 'useScale', 'useCausalMask', 'returnAttentionScores'),
  ...under(text, 'name'),
  ...under(layer, 'layer', 'backwardLayer', 'embedding'),
  ...under(shape, 'inputShape', 'batchInputShape', 'shape', 'batchShape'),
};

const identifiers: [suffix: RegExp, get: (identifier: never) => unknown][] = [
  [/activation$/i, getActivation],
  [/initializer$/i, getInitializer],
  [/Regularizer$/, getRegularizer],
  [/Constraint$/, getConstraint],
];

/**
 * `make` behind a check of its options: those that `layers.<name>` does not take are refused by name with the nearest that it does (a
 * TypeError), as are missing ones and values of a wrong kind (an Error). Names of functions ("tanh", "glorotUniform", …) become the functions.
 */
export function checked<Make extends (args: never) => unknown>(name: keyof typeof options, make: Make): Make {
  const owner = `layers.${name}`;
  const { required, known } = options[name];
  const checkedMake = (given: Args = {}) => {
    checkOptions(owner, given, known);
    for (const option of required)
      if (given[option] === undefined) throw new TypeError(`${owner} needs ${option}; give { ${option}: … }.`);
    return withOwnClasses(() => make(resolved(owner, given) as never));
  };
  return checkedMake as unknown as Make;
}

function resolved(owner: string, given: Args): Args {
  const args = { ...given };
  for (const [option, value] of Object.entries(given)) {
    if (value === undefined || value === null) continue;
    checkValue(owner, option, value);
    const get = identifiers.find(([suffix]) => suffix.test(option))?.[1];
    if (get) args[option] = identified(`${owner}: ${option}`, () => get(value as never));
  }
  return args;
}

function checkValue(owner: string, option: string, value: unknown): void {
  const rule = rules[option];
  if (!rule || (rule.fits(value) && (typeof value !== 'string' || rule === text))) return;
  throw new Error(`${owner}: ${option} is ${inFull(value)}; give ${rule.wants}.`);
}

/** A value with what may be wrong about it: that it is a text, or which of its parts. */
function inFull(value: unknown): string {
  if (typeof value === 'string') return `${shown(value)}, a string`;
  return Array.isArray(value) ? `[${value.map(String).join(', ')}]` : shown(value);
}

function identified(what: string, get: () => unknown): unknown {
  try {
    return get();
  } catch (error) {
    throw new Error(`${what}: ${(error as Error).message}`, { cause: error });
  }
}
