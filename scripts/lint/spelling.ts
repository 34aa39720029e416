/** Spelling of all prose: the Markdown files, and the Markdown cells of the notebooks. Words of the course are in cspell.json. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { removeFolder } from '../../lib/system';
import { readNotebook, textOf } from '../notebooks/notebook';
import type { Problem } from './problem';

/** Every word that neither the dictionaries nor cspell.json know. `files` are absolute; notebooks and Markdown. */
export function checkSpelling(files: string[], root: string): Problem[] {
  if (files.length === 0) return [];
  mkdirSync(path.join(root, '.cache'), { recursive: true });
  const folder = mkdtempSync(path.join(root, '.cache/spelling-'));
  try {
    const texts = new Map<string, { name: string; place: (line: number) => string }>();
    files.forEach((file, i) => {
      const copy = path.join(folder, `${i}.md`);
      const { text, place } = file.endsWith('.ipynb') ? proseOf(file) : fileText(file);
      writeFileSync(copy, text);
      texts.set(copy, { name: path.relative(root, file), place });
    });
    return unknownWords([...texts.keys()], root).map(({ file, line, word }) => {
      const { name, place } = texts.get(file)!;
      return { file: name, place: place(line), message: `unknown word "${word}": mend it, or add it to cspell.json` };
    });
  } finally {
    removeFolder(folder);
  }
}

function fileText(file: string) {
  return { text: readFileSync(file, 'utf8'), place: (line: number) => `line ${line}` };
}

/** The Markdown cells of a notebook up to its references, which are names, and the cell that each line belongs to. */
function proseOf(file: string) {
  const lines: string[] = [];
  const cells: number[] = [];
  readNotebook(file).cells.forEach((cell, i) => {
    if (cell.cell_type !== 'markdown') return;
    const [prose] = textOf(cell.source).split(/^## References$/m);
    for (const line of [...prose.split('\n'), '']) {
      lines.push(line);
      cells.push(i + 1);
    }
  });
  return { text: lines.join('\n'), place: (line: number) => `cell ${cells[line - 1]}` };
}

function unknownWords(files: string[], root: string): { file: string; line: number; word: string }[] {
  const flags = [
    'lint',
    '--config',
    path.join(root, 'cspell.json'),
    '--no-progress',
    '--no-summary',
    '--no-gitignore',
    '--unique',
  ];
  const cspell = path.join(root, 'node_modules/cspell/bin.mjs');
  const { stdout, stderr, status } = spawnSync(process.execPath, [cspell, ...flags, ...files], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status !== 0 && status !== 1) throw new Error(`cspell failed: ${stderr.trim() || `exit code ${status}`}`);
  return [...stdout.matchAll(/^(.+?):(\d+):\d+ - Unknown word \(([^)]+)\)/gm)].map(([, file, line, word]) => ({
    file: path.resolve(root, file),
    line: Number(line),
    word,
  }));
}
