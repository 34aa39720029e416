/** Links and pictures lead somewhere: to a file of the course, or to a heading. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { textOf } from '../../notebooks/notebook';
import { linesOf, type Problem } from '../problem';
import { inCell, markdownCells, type Rule } from './lesson';

export const links: Rule = (lesson) => {
  const own = headingsIn(
    markdownCells(lesson)
      .map((cell) => textOf(cell.source))
      .join('\n\n'),
    'jupyter',
  );
  return markdownCells(lesson).flatMap((cell) =>
    linksIn(textOf(cell.source)).flatMap(({ to }) => {
      const dead = deadLink(to, path.dirname(lesson.file), own);
      return dead ? [inCell(lesson, cell, dead)] : [];
    }),
  );
};

/** Dead links in a Markdown file. */
export function checkMarkdownLinks(file: string, root: string): Problem[] {
  const text = readFileSync(file, 'utf8');
  const own = headingsIn(text, 'github');
  return linksIn(text).flatMap(({ to, line }) => {
    const dead = deadLink(to, path.dirname(file), own);
    return dead ? [{ file: path.relative(root, file), place: `line ${line}`, message: dead }] : [];
  });
}

/** The targets of links and pictures, outside of code. */
export function linksIn(markdown: string): { to: string; line: number }[] {
  const text = markdown.replace(/```[\s\S]*?```|`[^`\n]*`/g, (code) => code.replace(/[^\n]/g, ' '));
  const pattern = /\]\(<([^<>]+)>\)|\]\(((?:[^()\s]|\([^()]*\))+)(?:\s+"[^"]*")?\)|\b(?:src|href)="([^"]+)"/g;
  const lineAt = linesOf(text);
  return [...text.matchAll(pattern)].map((match) => ({
    to: match[1] ?? match[2] ?? match[3],
    line: lineAt(match.index ?? 0),
  }));
}

function deadLink(to: string, folder: string, own: Set<string>): string | undefined {
  if (/^(https?:|mailto:|data:|attachment:)/.test(to)) return undefined;
  if (/%(?![\da-f]{2})/i.test(to)) return `links to ${to}: a % that begins no code is written %25`;
  const [file, anchor] = to.split('#');
  if (path.isAbsolute(file)) return `links to ${to}: link relative to this file`;
  const target = path.resolve(folder, decodeURI(file));
  if (file && !existsSync(target)) return `links to ${to}, which does not exist`;
  if (!anchor) return undefined;
  const headings = !file ? own : anchorsOf(target);
  return headings && !headings.has(decodeURI(anchor)) ? `links to ${to}, a heading that does not exist` : undefined;
}

function anchorsOf(file: string): Set<string> | undefined {
  if (file.endsWith('.md')) return headingsIn(readFileSync(file, 'utf8'), 'github');
  return undefined;
}

/** The anchors of a text's headings: GitHub's are in lower case, JupyterLab's keep theirs. */
function headingsIn(markdown: string, style: 'github' | 'jupyter'): Set<string> {
  const titles = [...markdown.matchAll(/^#{1,6} +(.+)$/gm)].map((match) => match[1].trimEnd().replace(/[`*]/g, ''));
  return new Set(
    titles.map((title) =>
      style === 'github'
        ? title
            .toLowerCase()
            .replace(/[^\p{L}\p{N}\s_-]/gu, '')
            .replace(/\s/g, '-')
        : title.replace(/\s/g, '-'),
    ),
  );
}
