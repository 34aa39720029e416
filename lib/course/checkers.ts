/** The common kinds of checkers: each makes, from what is right and from hints, a function that judges an answer. */
import { withArticle } from '../article';
import { tf } from '../backend';
import { RandomStream } from '../random';
import { hint, passed, type Verdict } from './verdict';

type Checker = (answer: unknown) => Verdict;

/** How far a number may be from the expected one: |given - expected| <= absolute + relative * |expected|. */
export interface Tolerance {
  absolute?: number;
  relative?: number;
}

/** A number. `mistakes` are wrong answers that deserve a hint of their own. */
export function number(
  options: { expected: number; hint: string; mistakes?: { value: number; hint: string }[] } & Tolerance,
): Checker {
  return (answer) => {
    if (typeof answer !== 'number' || Number.isNaN(answer)) {
      return hint(`Not yet. The answer is a number, and this is ${kindOf(answer)}. ${options.hint}`);
    }
    if (isClose(answer, options.expected, options)) return passed();
    const mistake = options.mistakes?.find(({ value }) => isClose(answer, value, options));
    return hint(`Not yet. ${mistake?.hint ?? options.hint}`);
  };
}

/** A word or a phrase, compared without regard to case and outer spaces; a RegExp is tried as it is. */
export function text(options: {
  expected: string | RegExp | (string | RegExp)[];
  hint: string;
  mistakes?: { value: string | RegExp; hint: string }[];
}): Checker {
  const matches = (answer: string, pattern: string | RegExp) =>
    typeof pattern === 'string' ? normal(answer) === normal(pattern) : pattern.test(answer.trim());
  return (answer) => {
    if (typeof answer !== 'string')
      return hint(`Not yet. The answer is a string, and this is ${kindOf(answer)}. ${options.hint}`);
    if ([options.expected].flat().some((pattern) => matches(answer, pattern))) return passed();
    const mistake = options.mistakes?.find(({ value }) => matches(answer, value));
    return hint(`Not yet. ${mistake?.hint ?? options.hint}`);
  };
}

/** One of several options, given as its letter or its text; `why` holds the hint for each wrong one. */
export function choice(options: { correct: string; why: Record<string, string> }): Checker {
  const letters = [options.correct, ...Object.keys(options.why)].sort().join(', ');
  return (answer) => {
    const given = typeof answer === 'string' ? normal(answer) : '';
    if (given === normal(options.correct)) return passed();
    const wrong = Object.keys(options.why).find((letter) => normal(letter) === given);
    return hint(wrong === undefined ? `Answer with one of ${letters}.` : `Not yet. ${options.why[wrong]}`);
  };
}

/**
 * A function, tried on `cases` random inputs (default 25): it must give what `expected` gives. Numbers, arrays, nested arrays and
 * tensors are compared within the tolerance. The hint names the first input on which the function is wrong, and what it gave.
 */
export function fn<Arguments extends unknown[]>(
  options: {
    random: (stream: RandomStream) => Arguments;
    expected: (...given: Arguments) => unknown;
    hint: string;
    cases?: number;
  } & Tolerance,
): Checker {
  return (answer) => {
    if (typeof answer !== 'function') {
      return hint(`Not yet. The answer is a function, and this is ${kindOf(answer)}. ${options.hint}`);
    }
    const stream = RandomStream.from(2024);
    return tf.tidy(() => {
      for (let i = 0; i < (options.cases ?? 25); i++) {
        const given = options.random(stream);
        const call = `(${given.map(show).join(', ')})`;
        let result: unknown;
        try {
          result = answer(...given);
        } catch (error) {
          const reason = (error as Error | undefined)?.message ?? String(error);
          return hint(`Not yet. For ${call} your function threw: ${reason} ${options.hint}`);
        }
        if (result === undefined) return hint(`Your function returns nothing yet. ${options.hint}`);
        if (!sameValues(plain(result), plain(options.expected(...given)), options)) {
          return hint(`Not yet. For ${call} your function gives ${show(result)}. ${options.hint}`);
        }
      }
      return passed();
    });
  };
}

/** A tensor, or numbers in nested arrays: first its shape, then its values within the tolerance. */
export function tensor(options: { expected: () => tf.TensorLike | tf.Tensor; hint: string } & Tolerance): Checker {
  return (answer) =>
    tf.tidy(() => {
      const expected = asTensor(options.expected());
      let given: tf.Tensor;
      try {
        given = asTensor(answer);
      } catch {
        return hint(`Not yet. The answer is a tensor, and this is ${kindOf(answer)}. ${options.hint}`);
      }
      if (String(given.shape) !== String(expected.shape)) {
        return hint(`Not yet. The shape is [${given.shape}]; another one is wanted. ${options.hint}`);
      }
      const close = sameValues(given.arraySync(), expected.arraySync(), options);
      return close ? passed() : hint(`Not yet. The shape is right, the values are not. ${options.hint}`);
    });
}

/** A model: every condition must hold; the first that does not gives its hint. */
export function model(options: {
  conditions: { holds: (model: tf.LayersModel) => boolean; hint: string }[];
  hint: string;
}): Checker {
  return (answer) => {
    const given = answer as tf.LayersModel | undefined;
    if (typeof given?.predict !== 'function' || !Array.isArray(given.layers)) {
      return hint(`Not yet. The answer is a model, and this is ${kindOf(answer)}. ${options.hint}`);
    }
    const failed = options.conditions.find(({ holds }) => !tf.tidy(() => holds(given)));
    return failed ? hint(`Not yet. ${failed.hint}`) : passed();
  };
}

function isClose(given: number, expected: number, { absolute = 0, relative = 1e-6 }: Tolerance): boolean {
  if (Number.isNaN(given) || Number.isNaN(expected)) return Number.isNaN(given) && Number.isNaN(expected);
  return given === expected || Math.abs(given - expected) <= absolute + relative * Math.abs(expected);
}

function sameValues(given: unknown, expected: unknown, tolerance: Tolerance): boolean {
  if (typeof expected === 'number') return typeof given === 'number' && isClose(given, expected, tolerance);
  if (Array.isArray(expected)) {
    return (
      Array.isArray(given) &&
      given.length === expected.length &&
      expected.every((value, i) => sameValues(given[i], value, tolerance))
    );
  }
  return given === expected;
}

/** Tensors and typed arrays as nested arrays; everything else as it is. */
function plain(value: unknown): unknown {
  if (value instanceof tf.Tensor) return value.arraySync();
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return Array.from(value as Float32Array);
  return Array.isArray(value) ? value.map(plain) : value;
}

function asTensor(value: unknown): tf.Tensor {
  if (value instanceof tf.Tensor) return value;
  return tf.tensor(plain(value) as tf.TensorLike);
}

function show(value: unknown): string {
  const round = (_: string, part: unknown) => (typeof part === 'number' ? Number(part.toPrecision(6)) : part);
  const shown = JSON.stringify(plain(value), round) ?? String(value);
  return shown.length > 120 ? `${shown.slice(0, 117)}…` : shown;
}

function kindOf(value: unknown): string {
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return 'an array';
  if (value instanceof tf.Tensor) return 'a tensor';
  return withArticle(typeof value);
}

const normal = (text: string): string => text.trim().toLowerCase().replace(/\s+/g, ' ');
