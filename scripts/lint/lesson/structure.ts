/** The lesson's template: its header, its sections in order, its summary, its exercises. See CONTRIBUTING.md. */
import { textOf } from '../../notebooks/notebook';
import { measuredLine } from '../../notebooks/store';
import { markdownCells, type Lesson, type Rule } from './lesson';

const sourcesSection = 'What the sources claim, what we measured';
const closingSections = ['Summary', 'Exercises', 'Questions to test yourself', 'References'];

export const header: Rule = ({ notebook, number, isSolution }) => {
  const [first] = notebook.cells;
  const text = first?.cell_type === 'markdown' ? textOf(first.source) : '';
  const problems: string[] = [];
  if (!new RegExp(`^# ${number ?? '\\d\\d'} · \\S`).test(text))
    problems.push(`its first cell must begin "# ${number ?? 'NN'} · Title"`);
  if (isSolution) return problems.map((message) => ({ message }));
  if (!/You will be able to\**\s*\n- ./.test(text)) {
    problems.push('its first cell must say "You will be able to" and list it');
  }
  for (const line of ['Needs', 'Measured']) {
    if (!text.includes(`*${line}:*`)) problems.push(`its first cell must have a line *${line}:*`);
  }
  const costs = notebook.metadata.lstm_lab?.costs ?? {};
  const measured = (costs.full ?? costs.quick) && `*Measured:* ${measuredLine(costs)}`;
  if (measured && text.includes('*Measured:*') && !text.includes(measured)) {
    problems.push(`its first cell must say "${measured}": npm run notebooks -- ${number} --stamp (nothing runs)`);
  }
  return problems.map((message) => ({ message }));
};

export const sections: Rule = (lesson) => {
  if (lesson.isSolution) return [];
  const found = headingsOf(lesson);
  const wanted = [...(hasSources(lesson) ? [sourcesSection] : []), ...closingSections];
  const missing = wanted.filter((title) => !found.includes(title));
  if (missing.length > 0) return missing.map((title) => ({ message: `has no section "## ${title}"` }));
  const order = found.filter((title) => wanted.includes(title));
  if (order.join() !== wanted.join())
    return [{ message: `its sections must come in this order: ${wanted.join(', ')}` }];
  if (found.at(-1) !== 'References') return [{ message: `"## ${found.at(-1)}" comes after the references` }];
  return [];
};

export const headings: Rule = (lesson) => {
  const found = markdownCells(lesson).flatMap((cell) => textOf(cell.source).match(/^#{2,4} .+$/gm) ?? []);
  const twice = new Set(found.filter((heading, i) => found.indexOf(heading) !== i));
  return [...twice].map((heading) => ({ message: `has the heading "${heading}" twice` }));
};

export const summary: Rule = (lesson) => {
  if (lesson.isSolution) return [];
  const items = [...sectionText(lesson, 'Summary').matchAll(/^- (.*)$/gm)].map((match) => match[1].trim());
  const said = items.filter((item) => item.split(/\s+/).length >= 3);
  if (said.length >= 3 && said.length === items.length) return [];
  return [{ message: `its summary has ${items.length} items; at least three, each a sentence` }];
};

export const exercises: Rule = (lesson) => {
  if (lesson.isSolution) return [];
  const text = sectionText(lesson, 'Exercises');
  const numbers = [...text.matchAll(/^\*\*(\d+)\./gm)].map((match) => Number(match[1]));
  const problems: string[] = [];
  if (numbers.length < 3 || numbers.length > 6)
    problems.push(`has ${numbers.length} exercises; three to six, each beginning "**1. …"`);
  if (numbers.some((number, i) => number !== i + 1)) problems.push(`its exercises are numbered ${numbers.join(', ')}`);
  if (numbers.length > 0 && !/^\*\*\d+\. \([^)]*open[^)]*\)/m.test(text))
    problems.push('none of its exercises is marked (open)');
  return problems.map((message) => ({ message }));
};

const hasSources = ({ claims, number }: Lesson): boolean =>
  Object.values(claims.claims).some((claim) => claim.lesson === number && claim.source !== null);

const headingsOf = (lesson: Lesson): string[] =>
  markdownCells(lesson).flatMap((cell) =>
    [...textOf(cell.source).matchAll(/^## (.+)$/gm)].map((match) => match[1].trim()),
  );

/** The markdown of one section. */
export function sectionText(lesson: Lesson, title: string): string {
  const all = markdownCells(lesson)
    .map((cell) => textOf(cell.source))
    .join('\n\n');
  const start = all.indexOf(`## ${title}`);
  if (start < 0) return '';
  const end = all.indexOf('\n## ', start + 1);
  return all.slice(start, end < 0 ? undefined : end);
}
