/** Where a network looks. */
import { ink, sequential } from './colors';
import { Figure } from './figure';
import { heatmap } from './heatmap';
import type { Common } from './line';
import { matrix, row, type Matrix, type Numbers } from './values';

/** Options of {@link attention}. */
export interface AttentionOptions extends Partial<Common> {
  /** Names of the rows of `[rows, words]` weights: heads, or the words that look. Default: head 1, head 2 and so on. */
  rows?: readonly string[];
  /** What the rows are; default: `head`. */
  rowTitle?: string;
}

const fontSize = 12;

/** Width of a word at 12 px, near enough to lay words out side by side. */
function wordWidth(word: string): number {
  const letters = [...word].map((c) =>
    /[iljtfr.,:;'!|()[\]]/.test(c) ? 4.4 : /[mwMW@]/.test(c) ? 10.6 : /[A-Z]/.test(c) ? 8.6 : 7.2,
  );
  return letters.reduce((a, b) => a + b, 0) + 9;
}

/** Words set as running text, each on a bar whose colour is its weight. */
function flowingText(words: readonly string[], weights: number[], { title, ...rest }: AttentionOptions): Figure {
  const width = rest.width ?? 720;
  const room = width - 130;
  let [line, left] = [0, 0];
  const places = words.map((word) => {
    const wide = wordWidth(word);
    if (left > 0 && left + wide > room) [line, left] = [line + 1, 0];
    const place = { line, left, wide };
    left += wide + 2;
    return place;
  });
  const peak = weights.reduce((a, b) => Math.max(a, b), 0) || 1;
  return new Figure({
    data: [
      {
        type: 'bar',
        orientation: 'h',
        y: places.map((p) => p.line),
        base: places.map((p) => p.left),
        x: places.map((p) => p.wide),
        width: 0.86,
        text: words,
        textposition: 'inside',
        insidetextanchor: 'middle',
        constraintext: 'none',
        textangle: 0,
        insidetextfont: { size: fontSize, color: weights.map((w) => (w > 0.6 * peak ? ink.paper : ink.text)) },
        hovertext: words.map((word, i) => `${word}: ${weights[i].toPrecision(3)}`),
        hoverinfo: 'text',
        marker: {
          color: weights,
          cmin: 0,
          cmax: peak,
          colorscale: sequential,
          showscale: true,
          colorbar: {
            title: { text: 'attention weight', side: 'right', font: { size: 12 } },
            thickness: 14,
            outlinewidth: 0,
            tickfont: { size: 11 },
          },
        },
      },
    ],
    layout: {
      title: { text: title ?? 'Attention weight of each word' },
      xaxis: { visible: false, range: [0, room] },
      yaxis: { visible: false, range: [line + 0.6, -0.6] },
      margin: { l: 24, r: 24, t: 52, b: 20 },
    },
    ...rest,
    width,
    height: rest.height ?? Math.max(170, 80 + 25 * (line + 1)),
  });
}

/**
 * Attention over words: weights `[words]` colour the running text, weights `[rows, words]` make a heat map.
 * @throws if there is not one weight for each word.
 *
 * @example
 * const figure = plot.attention(['not', 'a', 'good', 'film'], [0.6, 0.05, 0.3, 0.05]);
 * console.log(figure.toJSON().data[0].type); // bar
 */
export function attention(words: readonly string[], weights: Numbers | Matrix, options: AttentionOptions = {}): Figure {
  const flat = 'shape' in weights ? weights.shape.filter((n) => n > 1).length < 2 : typeof weights[0] === 'number';
  const table = flat ? [row(weights as Numbers, 'weights')] : matrix(weights as Matrix, 'weights');
  if (table[0].length !== words.length)
    throw new Error(
      `There are ${words.length} words and ${table[0].length} weights for them; cut the padding off both.`,
    );
  if (flat) return flowingText(words, table[0], options);
  const { rows, rowTitle = 'head', title, ...rest } = options;
  return heatmap({
    title: title ?? 'Attention weight of each word',
    x: { title: 'word' },
    y: { title: rowTitle },
    value: { title: 'attention weight' },
    z: table,
    columns: words,
    rows: rows ?? table.map((_, i) => `${rowTitle} ${i + 1}`),
    annotate: table.length * words.length <= 60 && ((weight) => weight.toFixed(2)),
    ...rest,
  });
}
