/** Figures of a notebook for a page: the static picture, which a script turns into the interactive figure when it is seen. */
import { escapeHTML } from '../../lib/table';
import { textOf, type Notebook, type Output, type Text } from '../notebooks/notebook';

const plotlyType = 'application/vnd.plotly.v1+json';

/** The notebook with every plotly output as HTML; without a script the picture stays. */
export function withFigures(notebook: Notebook): Notebook {
  const cells = notebook.cells.map((cell) => (cell.outputs ? { ...cell, outputs: cell.outputs.map(asHtml) } : cell));
  const language = { ...notebook.metadata.language_info, name: 'typescript', pygments_lexer: 'typescript' };
  return { ...notebook, cells, metadata: { ...notebook.metadata, language_info: language } };
}

function asHtml(output: Output): Output {
  const figure = output.data?.[plotlyType];
  if (!figure || !output.data) return output;
  const png = output.data['image/png'] ? textOf(output.data['image/png'] as Text).replace(/\s/g, '') : undefined;
  const title = (figure as { layout?: { title?: { text?: string } } }).layout?.title?.text ?? 'figure';
  const picture = png ? `<img src="data:image/png;base64,${escapeHTML(png)}" alt="${escapeHTML(String(title))}">` : '';
  const json = JSON.stringify(figure).replaceAll('<', '\\u003c');
  const html = `<div class="figure">${picture}<script type="application/json">${json}</script></div>`;
  return { ...output, data: { 'text/html': html } };
}
