/** The frame around a page of the book: head, table of contents, the way to the neighbours. */
import path from 'node:path';
import { escapeHTML } from '../../lib/table';

export interface Entry {
  part: 'lessons' | 'solutions' | 'reference';
  /** The page's path in the book. */
  page: string;
  title: string;
  /** What the reader will be able to do. */
  aims: string[];
  measured: string;
}

/** A lesson's page around the HTML of its cells. */
export function page(entry: Entry, entries: Entry[], body: string): string {
  const pages = entries.filter(({ part }) => part === entry.part);
  const at = pages.indexOf(entry);
  const neighbours = [
    pages[at - 1] && link(entry, pages[at - 1], `← ${pages[at - 1].title}`),
    pages[at + 1] && link(entry, pages[at + 1], `${pages[at + 1].title} →`),
  ];
  const solution = entries.find((other) => other.page === `solutions/${entry.page}`);
  const answers = solution ? `<p class="solutions">${link(entry, solution, 'Solutions of the exercises')}</p>\n` : '';
  return document({
    title: entry.title,
    base: entry.part === 'lessons' ? '' : '../',
    nav: contents(entry, entries),
    body: `${body}\n${answers}<nav class="neighbours">${neighbours.map((a) => a ?? '<span></span>').join('')}</nav>`,
  });
}

/** The first page: the lessons with what each of them teaches. */
export function firstPage(entries: Entry[]): string {
  const items = (wanted: Entry['part']) =>
    entries
      .filter(({ part }) => part === wanted)
      .map(
        ({ page: target, title, aims, measured }) =>
          `<li><a href="${address(target)}">${escapeHTML(title)}</a><ul>${aims.map((aim) => `<li>${inline(aim)}</li>`).join('')}</ul>` +
          `<p class="measured">${escapeHTML(measured)}</p></li>`,
      )
      .join('\n');
  const rooms = items('reference');
  const reference = rooms ? `\n<h2>The library's rooms</h2>\n<ul class="lessons">${rooms}</ul>` : '';
  return document({
    title: 'The LSTM course that people run',
    base: '',
    nav: contents(undefined, entries),
    body:
      `<h1>The LSTM course that people run</h1>\n<p>Long short-term memory networks in TypeScript: every number on these pages was ` +
      `computed by the cell above it.</p>\n<ol class="lessons">${items('lessons')}</ol>${reference}`,
  });
}

function contents(here: Entry | undefined, entries: Entry[]): string {
  const items = (wanted: Entry['part']) =>
    entries
      .filter(({ part }) => part === wanted)
      .map((entry) => `<li${entry === here ? ' class="here"' : ''}>${link(here, entry, entry.title)}</li>`)
      .join('');
  const start = folderOf(here) === '.' ? 'index.html' : '../index.html';
  const rooms = items('reference');
  const reference = rooms ? `<p>The library</p><ol>${rooms}</ol>` : '';
  return `<a class="start" href="${start}">The LSTM course</a><ol>${items('lessons')}</ol>${reference}`;
}

const folderOf = (entry?: Entry): string => path.posix.dirname(entry?.page ?? '');

const link = (from: Entry | undefined, to: Entry, text: string): string =>
  `<a href="${address(path.posix.relative(folderOf(from), to.page))}">${escapeHTML(text)}</a>`;

/** A file's path as an address: whatever its name holds, the link leads to it. */
const address = (file: string): string => file.split('/').map(encodeURIComponent).join('/');

function document({ title, base, nav, body }: { title: string; base: string; nav: string; body: string }): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHTML(title)}</title>
<link rel="stylesheet" href="${base}assets/katex.min.css">
<link rel="stylesheet" href="${base}assets/highlight.css">
<link rel="stylesheet" href="${base}assets/book.css">
<script defer src="${base}assets/plotly.min.js"></script>
<script defer src="${base}assets/book.js"></script>
</head>
<body>
<nav class="contents">${nav}</nav>
<main>
${body}
</main>
</body>
</html>
`;
}

/** A line of Markdown with its code and emphasis. */
const inline = (text: string): string =>
  escapeHTML(text)
    .replace(/`([^`]+)`/g, '<code>$1</code>')
    .replace(/\*\*([^*]+)\*\*/g, '<b>$1</b>')
    .replace(/\*([^*]+)\*/g, '<em>$1</em>');
