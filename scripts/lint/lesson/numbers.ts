/**
 * Every number that the prose states as measured is one that a claim of the lesson measured.
 *
 * Looked at are numbers with a unit (%, s, ms, min, MB, GB, ×, MSE …) and decimals, in the sections before the exercises. One is backed when
 * it is the rounded value of a claim (its stored measurement, its source's value or an end of its allowed range), when a code
 * cell holds it as a literal (a setting, not a measurement), or when its cell says where it is from:
 * `<!-- number: 0.0202, Géron's notebook 15 -->`. Claims of another lesson count where the cell names it ("lesson 05").
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { measurementsIn } from '../../notebooks/claims';
import { readNotebook, textOf } from '../../notebooks/notebook';
import { notebooksIn } from '../../notebooks/select';
import { codeCells, comment, inCell, type Lesson, type Rule } from './lesson';

export interface Quantity {
  /** As written, with its unit. */
  text: string;
  value: number;
  decimals: number;
  unit: string;
}

const unitPattern =
  '%|percent\\b|seconds?\\b|s\\b|ms\\b|milliseconds?\\b|µs\\b|minutes?\\b|min\\b|MB\\b|GB\\b|MiB\\b|GiB\\b|×(?!\\s*\\$?\\d)';
// Every pattern here stops at what may begin the next match: whatever the text, each character is looked at a few times only. The digits are
// taken by a look-ahead, which gives none of them back.
const numberPattern = new RegExp(
  `(?<![\\w.,/#-])(?=[-−.\\d])(?=([-−]?(?:\\d{1,3}(?:,\\d{3})+|\\d+)?(?:\\.\\d+)?))\\1(?![\\w]*[.]\\d)(?:[\\s\\u00a0]?(${unitPattern}))?(?![\\w])`,
  'g',
);

/** Factors between the unit that a claim is kept in and the one that the prose uses. */
const scales = [1, 100, 1000, 1e-3, 60, 1 / 60, 1e6, 1e-6];

export const numbers: Rule = (lesson) => {
  if (lesson.isSolution || !lesson.notebook.metadata.lstm_lab) return []; // without stored outputs there is nothing to compare with
  const settings = literalsIn(
    codeCells(lesson)
      .map((cell) => textOf(cell.source))
      .join('\n'),
  );
  const own = valuesOf(lesson.number!, lesson);
  const problems: ReturnType<Rule> = [];
  for (const cell of lesson.notebook.cells.slice(1)) {
    if (cell.cell_type !== 'markdown') continue;
    const text = textOf(cell.source);
    const closing = /^## (Exercises|Questions to test yourself|References)/m.exec(text);
    const others = [...text.matchAll(/\blessons? (\d\d[a-z]?)\b/gi)].flatMap(([, number]) => valuesOf(number, lesson));
    const sourced = [...text.matchAll(/<!--\s*number:((?:(?!<!--)[\s\S])*?)-->/g)].flatMap(([, note]) =>
      literalsIn(note),
    );
    const backed = (quantity: Quantity) =>
      [...settings, ...sourced].some((literal) => isSetting(quantity, literal)) ||
      [...own, ...others].some((value) => rounds(value, quantity));
    const bare = quantitiesIn(closing ? text.slice(0, closing.index) : text).filter((quantity) => !backed(quantity));
    if (bare.length > 0) {
      const list = bare.map((quantity) => quantity.text).join(', ');
      problems.push(
        inCell(lesson, cell, `states ${list}, which no claim measures: add a claim, or <!-- number: … where from -->`),
      );
    }
    if (closing) break;
  }
  return problems;
};

/** The numbers of a Markdown text that state a quantity. */
export function quantitiesIn(markdown: string): Quantity[] {
  const prose = markdown
    .replace(/```[\s\S]*?```|`[^`\n]*`/g, ' ')
    .replace(comment, ' ')
    .replace(/<[^<>]+>/g, ' ')
    .replace(/\$\$[\s\S]*?\$\$|\$[^$\n]+\$/g, ' ')
    .replace(/!\[[^[\]]*\]\([^()]*\)|\]\([^()]*\)/g, ' ')
    .replace(/^#+ .*$/gm, ' ')
    .replace(/"[^"\n]*"|“[^“”\n]*”/g, ' ')
    .replace(
      /(?:\b(?:Python|Node|Keras|PyTorch|TensorFlow(?:\.js)?|tfjs|NumPy|TypeScript|version|section|chapter|arXiv:?)|§)\s*v?\d[\w.]*/gi,
      ' ',
    );
  return [...prose.matchAll(numberPattern)].flatMap(([text, digits, unit = '']) => {
    const decimals = /\.(\d+)$/.exec(digits)?.[1].length ?? 0;
    const value = Number(digits.replaceAll(',', '').replace('−', '-'));
    return digits && Number.isFinite(value) && (unit || decimals > 0)
      ? [{ text: text.trim(), value, decimals, unit }]
      : [];
  });
}

/** Whether a measured value, in whatever scale, is written as this number. */
export function rounds(value: number, { value: written, decimals }: Quantity): boolean {
  const half = 0.5 * 10 ** -decimals * (1 + 1e-9);
  return scales.some(
    (scale) => Math.abs(Math.abs(value) * scale - Math.abs(written)) <= half && (written !== 0 || value === 0),
  );
}

const isSetting = ({ value, unit }: Quantity, literal: number): boolean =>
  literal === value || (/^(%|percent)$/.test(unit) && Math.abs(literal * 100 - value) < 1e-9);

/** The numeric literals of code. */
export function literalsIn(code: string): number[] {
  return [...code.matchAll(/(?<![\w.])(?:\d[\d_]*\.?\d*|\.\d+)(?:e[+-]?\d+)?/gi)].map(([literal]) =>
    Number(literal.replaceAll('_', '')),
  );
}

/** What the claims of a lesson say: stored measurements, source values, ends of ranges. */
function valuesOf(number: string, lesson: Lesson): number[] {
  const claims = Object.values(lesson.claims.claims).filter((claim) => claim.lesson === number);
  const stated = claims.flatMap((claim) => [
    ...(claim.full ?? []),
    ...[claim.states?.atLeast ?? [], claim.states?.atMost ?? []].flat(),
    ...(claim.source ? literalsIn(claim.source.value.replaceAll(',', '')) : []),
  ]);
  return [...stated, ...storedMeasurements(number, lesson).map(({ value }) => value)];
}

function storedMeasurements(number: string, lesson: Lesson) {
  if (number === lesson.number) return measurementsIn(lesson.notebook).measurements;
  const file = notebooksIn(path.dirname(lesson.file)).find((other) => path.basename(other).startsWith(`${number}-`));
  return file && existsSync(file) ? measurementsIn(readNotebook(file)).measurements : [];
}
