/**
 * A sentence that states an order or a bound ("lower than", "no network has", "within", "twice") is tied to a claim that makes it false
 * when crossed: `… than the baseline.<!-- claim: sine.order -->` names one of claims.json that `states` something.
 *
 * Looked at is the prose before the exercises, questions aside. A sentence that measures nothing (a definition, arithmetic, what a source says) says so:
 * `<!-- order: two biases a gate, so more weights -->`. Claims of another lesson count where the sentence names it ("lesson 05").
 */
import type { Claim } from '../../notebooks/claims';
import { textOf } from '../../notebooks/notebook';
import { comment, inCell, type Lesson, type Rule } from './lesson';

const number =
  '(?:\\d[\\d.,]{0,20}|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|fifty|hundred)';
const order = new RegExp(
  [
    '\\b(?:more|less|fewer|better|worse|faster|slower|lower|higher|larger|smaller|greater|longer|shorter|later|earlier|closer|further|cheaper|stronger|weaker) than\\b',
    `\\bwithin (?:about )?${number}\\b`,
    '\\b(?:(?:less|more) than half|(?:half|twice|double) (?:as|the|of|that|its)|an? (?:third|quarter|tenth) of)\\b',
    `\\b(?:${number}|several|many) times (?:as|the|more|less|fewer|faster|slower|lower|higher|larger|smaller|longer)\\b`,
    '\\bat (?:least|most)\\b',
    '\\b(?:no|none of the|neither|every|all|each|only one) (?:of the )?(?:network|model|seed|run|variant|trick|baseline)s?\\b',
    '\\b(?:beats?|outperforms?|ahead of|catches up|caught up|falls behind|loses to|wins? against|as (?:good|fast|accurate|large|small) as)\\b',
    '\\b(?:the )?(?:best|worst|fastest|slowest|lowest|highest|largest|smallest) of all\\b',
  ].join('|'),
  'i',
);

/** Stands for the spaces of a comment, which is not cut in two. */
const gap = '\u0001';

/** The sentences of a Markdown text that state an order or a bound, each with the comments that belong to it. */
export function orderingsIn(markdown: string): string[] {
  const prose = markdown
    .replace(/```[\s\S]*?```/g, '\n\n')
    .replace(/\$\$[\s\S]*?\$\$/g, ' ')
    .replace(/^#+ .*$/gm, '\n')
    .replace(comment, (text) => text.replace(/\s+/g, gap));
  return prose
    .split(/\n\s*\n|\n(?=\s*(?:[-*|>]|\d+\.)\s)/)
    .flatMap((paragraph) => paragraph.split(/(?=\s)(?<=[.!?:;](?:["”*_)]|<!--[^>]*-->)*)\s+(?!<!--)/))
    .map((sentence) => sentence.trim().replaceAll(gap, ' ').replace(/\s+/g, ' '))
    .filter((sentence) => order.test(plain(sentence)) && !/\?[*_)]*$/.test(sentence.replace(comment, '').trim()));
}

/** A sentence without code, formulas, quotations and comments. */
const plain = (sentence: string): string =>
  sentence
    .replace(comment, ' ')
    .replace(/<[^<>]+>/g, ' ')
    .replace(/`[^`]*`|\$[^$]*\$/g, ' ')
    .replace(/"[^"]*"|“[^“”]*”/g, ' ')
    .replace(/[*_]/g, '');

export const orders: Rule = (lesson) => {
  if (lesson.isSolution || !lesson.notebook.metadata.lstm_lab) return [];
  const problems: ReturnType<Rule> = [];
  for (const cell of lesson.notebook.cells.slice(1)) {
    if (cell.cell_type !== 'markdown') continue;
    const text = textOf(cell.source);
    const closing = /^## (Exercises|Questions to test yourself|References)/m.exec(text);
    for (const sentence of orderingsIn(closing ? text.slice(0, closing.index) : text)) {
      const message = judge(lesson, sentence);
      if (message) problems.push(inCell(lesson, cell, message));
    }
    if (closing) break;
  }
  return problems;
};

function judge(lesson: Lesson, sentence: string): string | undefined {
  if (/<!--\s*order:\s*(?!-->)\S/.test(sentence)) return undefined;
  const brief = plain(sentence).replace(/\s+/g, ' ').trim().slice(0, 90);
  const ids = [...sentence.matchAll(/<!--\s*claim:((?:(?!<!--)[\s\S])*?)-->/g)].flatMap(([, list]) =>
    list.trim().split(/[\s,]+/),
  );
  if (ids.length === 0)
    return `"${brief}" states an order or a bound: name the claim that it rests on, <!-- claim: id -->, or <!-- order: why none -->`;
  const named = [lesson.number, ...[...sentence.matchAll(/\blessons? (\d\d[a-z]?)\b/gi)].map((match) => match[1])];
  for (const id of ids) {
    const claim = Object.hasOwn(lesson.claims.claims, id) ? lesson.claims.claims[id] : undefined;
    if (!claim) return `"${brief}" rests on ${id}, which claims.json does not hold`;
    if (!named.includes(claim.lesson))
      return `"${brief}" rests on ${id} of lesson ${claim.lesson}, which it does not name`;
    if (!isBounded(claim))
      return `"${brief}" rests on ${id}, which states no order and no bound: give it "states" in claims.json`;
  }
  return undefined;
}

/** A claim whose value can cross a bound: it states one, or has one value only. */
const isBounded = ({ states, full }: Claim): boolean =>
  Object.keys(states ?? {}).length > 0 || (full !== undefined && full[0] === full[1]);
