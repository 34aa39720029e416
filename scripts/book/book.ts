/**
 * Makes the book: a page for each lesson, each notebook of solutions and each room of the library, a first page, and what they need to be
 * read offline.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { JSDOM } from 'jsdom';
import { removeFolder } from '../../lib/system';
import { isSolution } from '../notebooks/claims';
import { readNotebook, textOf, writeNotebook, type Notebook } from '../notebooks/notebook';
import { notebooksIn } from '../notebooks/select';
import { withFigures } from './figures';
import { makeHarmless } from './harmless';
import { renderMath } from './math';
import { firstPage, page, type Entry } from './page';
import { roomPage } from './reference/page';
import type { Room } from './reference/rooms';

export interface BookOptions {
  /** The folder of the lessons, with `figures/` and `solutions/` in it. */
  notebooks: string;
  /** Receives the book; what was there is replaced. */
  out: string;
  /** The Python that holds nbconvert. */
  python: string;
  /** The rooms of the library that get a page of reference. */
  rooms?: Room[];
}

/**
 * Makes the book from the outputs that the notebooks store; nothing is executed.
 * @returns the number of pages.
 */
export function makeBook({ notebooks, out, python, rooms = [] }: BookOptions): number {
  const lessons = notebooksIn(notebooks);
  const solutions = notebooksIn(path.join(notebooks, 'solutions'));
  if (lessons.length === 0) throw new Error(`There is no notebook in ${notebooks}.`);
  const work = mkdtempSync(path.join(tmpdir(), 'lstm-book-'));
  try {
    const written = [...lessons, ...solutions].map((file) => entryOf(file, readNotebook(file)));
    const entries = [...written, ...rooms.map(roomEntry)];
    const sources = [...written.map(({ file }) => readNotebook(file)), ...rooms.map((room) => roomPage(room, rooms))];
    const bodies = convert(sources, work, python);
    removeFolder(out);
    for (const folder of ['solutions', 'reference']) mkdirSync(path.join(out, folder), { recursive: true });
    writeAssets(out, python);
    if (existsSync(path.join(notebooks, 'figures'))) {
      cpSync(path.join(notebooks, 'figures'), path.join(out, 'figures'), { recursive: true });
    }
    entries.forEach((entry, i) =>
      writeFileSync(path.join(out, entry.page), page(entry, entries, finish(bodies[i], entry))),
    );
    writeFileSync(path.join(out, 'index.html'), firstPage(entries));
    return entries.length + 1;
  } finally {
    removeFolder(work);
  }
}

function entryOf(file: string, notebook: Notebook): Entry & { file: string } {
  const header = textOf(notebook.cells[0]?.source);
  const name = path.basename(file, '.ipynb');
  const aims = /You will be able to\**\s*\n((?:- .+\n?)+)/.exec(header)?.[1] ?? '';
  return {
    file,
    part: isSolution(file) ? 'solutions' : 'lessons',
    page: `${isSolution(file) ? 'solutions/' : ''}${name}.html`,
    title: /^# (.+)$/m.exec(header)?.[1] ?? name,
    aims: [...aims.matchAll(/^- (.+?)[;.]?$/gm)].map((match) => match[1]),
    measured: /\*Measured:\*\s*(.+)$/m.exec(header)?.[1] ?? '',
  };
}

const roomEntry = ({ name, text }: Room): Entry => ({
  part: 'reference',
  page: `reference/${name}.html`,
  title: name,
  aims: [text],
  measured: '',
});

/** The HTML of the notebooks' cells, from nbconvert's plainest template. */
function convert(sources: Notebook[], work: string, python: string): string[] {
  const copies = sources.map((source, i) => {
    const copy = path.join(work, `${i}.ipynb`);
    writeNotebook(copy, withFigures(source));
    return copy;
  });
  const flags = ['--to', 'html', '--template', 'basic', '--log-level', 'ERROR', '--output-dir', work];
  execFileSync(python, ['-m', 'nbconvert', ...flags, ...copies], { stdio: ['ignore', 'ignore', 'inherit'] });
  return copies.map((copy) => readFileSync(copy.replace(/ipynb$/, 'html'), 'utf8'));
}

/** Formulas become HTML, links to notebooks become links to pages. */
function finish(body: string, entry: Entry): string {
  const dom = new JSDOM(`<main>${body}</main>`);
  const main = dom.window.document.querySelector('main')!;
  makeHarmless(main, dom.window);
  for (const markdown of main.querySelectorAll('.text_cell_render')) renderMath(markdown, entry.title);
  for (const link of main.querySelectorAll('a[href]')) {
    link.setAttribute('href', link.getAttribute('href')!.replace(/^(?!https?:)([^#?]+)\.ipynb(?=$|#)/, '$1.html'));
  }
  return main.innerHTML;
}

function writeAssets(out: string, python: string): void {
  const assets = path.join(out, 'assets');
  cpSync(path.join(__dirname, 'assets'), assets, { recursive: true });
  const katex = path.dirname(require.resolve('katex/dist/katex.min.css'));
  cpSync(path.join(katex, 'katex.min.css'), path.join(assets, 'katex.min.css'));
  cpSync(path.join(katex, 'fonts'), path.join(assets, 'fonts'), {
    recursive: true,
    filter: (file) => !/\.(ttf|woff)$/.test(file),
  });
  cpSync(require.resolve('plotly.js-dist-min'), path.join(assets, 'plotly.min.js'));
  const highlight = (style: string) =>
    execFileSync(python, ['-m', 'pygments', '-S', style, '-f', 'html', '-a', '.highlight'], { encoding: 'utf8' });
  const dark = `@media (prefers-color-scheme: dark) {\n${highlight('github-dark')}}\n`;
  writeFileSync(path.join(assets, 'highlight.css'), `${highlight('default')}${dark}`);
}
