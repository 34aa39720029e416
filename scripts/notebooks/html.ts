/** `--html`: the executed notebooks as pages, and a first page that lists what failed. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { replaceFile } from '../../lib/files';
import { escapeHTML } from '../../lib/table';
import { toHtml } from './nbconvert';
import { copyName, copyOf, type RunnerPaths } from './run';
import type { NotebookResult } from './result';
import { megabytes, plural, seconds } from './text';

/** Writes `index.html`, and beside it each executed notebook as `NAME.ipynb` and `NAME.html`. */
export async function writeHtml(folder: string, results: NotebookResult[], paths: RunnerPaths): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const executed = results.filter((result) => existsSync(copyOf(result, paths)));
  for (const result of executed) replaceFile(path.join(folder, copyName(result)), readFileSync(copyOf(result, paths)));
  const copies = executed.map((result) => copyOf(result, paths));
  await toHtml(paths.python, copies, folder, ['--embed-images']);
  replaceFile(path.join(folder, 'index.html'), page(results, new Set(executed)));
}

function page(results: NotebookResult[], executed: Set<NotebookResult>): string {
  const failed = results.filter((result) => !result.passed).length;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Notebooks: ${results.length - failed} passed, ${failed} failed</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222 }
table { border-collapse: collapse } td, th { text-align: left; padding: .2rem 1rem .2rem 0; vertical-align: top }
pre { background: #f4f4f4; padding: .6rem; overflow-x: auto } .bad { color: #b00020 }
</style></head><body>
<h1>${plural(results.length - failed, 'notebook')} passed, ${failed} failed</h1>
<table><tr><th></th><th>notebook</th><th>cells</th><th>time</th><th>memory</th><th>claims</th></tr>
${results.map((result) => row(result, executed.has(result))).join('\n')}
</table>
${results
  .filter((result) => !result.passed)
  .map(failures)
  .join('\n')}
</body></html>
`;
}

function row(result: NotebookResult, linked: boolean): string {
  const name = escapeHTML(result.name);
  const title = linked
    ? `<a href="${encodeURIComponent(copyName(result).replace(/ipynb$/, 'html'))}">${name}</a>`
    : name;
  const mark = result.passed ? '✓' : '<span class="bad">✗</span>';
  const figures = [
    String(result.cells.length),
    seconds(result.seconds),
    megabytes(result.megabytes),
    String(result.claims.length),
  ];
  return `<tr><td>${mark}</td><td>${title}</td>${figures.map((figure) => `<td>${figure}</td>`).join('')}</tr>`;
}

function failures(result: NotebookResult): string {
  const items = result.failures.map(({ kind, cell, line, message, traceback }) => {
    const place = [cell && `cell ${cell}`, line && `line ${line}`].filter(Boolean).join(', ');
    const trace = traceback?.length ? `<pre>${escapeHTML(traceback.join('\n'))}</pre>` : '';
    return `<li>${place ? `${place}: ` : ''}${kind}: ${escapeHTML(message)}${trace}</li>`;
  });
  return `<h2 class="bad">${escapeHTML(result.name)}</h2><ul>${items.join('')}</ul>`;
}
