/** A table of numbers as colours. */
import { colorAt, diverging, sequential } from './colors';
import { inkOn } from './contrast';
import { Figure } from './figure';
import type { Common } from './line';
import { axis, type Axis } from './style';
import { matrix, readable, type Matrix } from './values';

/** Options of {@link heatmap}. */
export interface HeatmapOptions extends Common {
  /** The axis of the columns. */
  x: Axis;
  /** The axis of the rows. */
  y: Axis;
  /** What the colour means. */
  value: Axis;
  /** `[row, column]`; the first row stands on top. */
  z: Matrix;
  /** What each column is called, from left to right; default: its number. */
  columns?: readonly string[];
  /** What each row is called, from top to bottom; default: its number. */
  rows?: readonly string[];
  /** Writes the value into each cell; default: up to 120 cells. A function writes it in its own way. */
  annotate?: boolean | ((value: number, row: number, column: number) => string);
  /** `diverging` has white at zero; default where there are negative values. */
  colors?: 'sequential' | 'diverging';
}

const mostAnnotated = 120;

/**
 * A heat map with sharp cells.
 * @throws if the rows differ in length, or labels and table do not fit.
 *
 * @example
 * const figure = plot.heatmap({
 *   title: 'Products',
 *   x: { title: 'a' },
 *   y: { title: 'b' },
 *   value: { title: 'a b' },
 *   z: [[1, 2], [2, 4]],
 * });
 * console.log(figure.description); // b over a
 */
export function heatmap({ title, x, y, value, z, columns, rows, annotate, colors, ...rest }: HeatmapOptions): Figure {
  const cells = matrix(z, 'z');
  const [height, width] = [cells.length, cells[0].length];
  if (columns && columns.length !== width)
    throw new Error(`z has ${width} columns, there are ${columns.length} labels.`);
  if (rows && rows.length !== height) throw new Error(`z has ${height} rows, there are ${rows.length} labels.`);
  const all = cells.flat().filter(Number.isFinite);
  const [low, high] = [all.reduce((a, b) => Math.min(a, b), Infinity), all.reduce((a, b) => Math.max(a, b), -Infinity)];
  const signed = (colors ?? (low < 0 ? 'diverging' : 'sequential')) === 'diverging';
  const most = Math.max(Math.abs(low), Math.abs(high));
  const [from, to] = value.range ?? (signed ? [-most, most] : [low, high]);
  const write = typeof annotate === 'function' ? annotate : readable;
  const written = annotate ?? height * width <= mostAnnotated;
  const texts = cells.map((r, i) => r.map((v, j) => (Number.isNaN(v) ? '' : write(v, i, j))));
  const scale = signed ? diverging : sequential;
  const inkAt = (v: number): string => inkOn(colorAt(scale, (v - from) / (to - from || 1)));
  const barTitle = axis({ ...value, range: undefined }, 'value').title as object;
  const at = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
  const labelled = (labels: readonly string[] | undefined, n: number): object =>
    labels ? { tickmode: 'array', tickvals: at(n), ticktext: [...labels] } : {};
  const slanted = columns && columns.some((label) => label.length * 7 > 560 / width);
  const plotHeight = Math.max(100, Math.min(32 * height, 340), rows ? Math.min(15 * height, 600) : 0);
  return new Figure({
    data: [
      {
        type: 'heatmap',
        z: cells,
        zmin: from,
        zmax: to,
        colorscale: scale,
        colorbar: {
          title: { ...barTitle, side: 'right', font: { size: 12 } },
          thickness: 14,
          outlinewidth: 0,
          tickfont: { size: 11 },
        },
        ...(columns || rows
          ? {
              hovertext: cells.map((r, i) =>
                r.map((v, j) => `${rows?.[i] ?? i}, ${columns?.[j] ?? j}: ${readable(v)}`),
              ),
              hoverinfo: 'text',
            }
          : { hovertemplate: `${y.title} %{y}, ${x.title} %{x}: %{z}<extra></extra>` }),
        ...(written && { text: texts }),
      },
    ],
    layout: {
      title: { text: title },
      annotations: written
        ? cells.flatMap((r, i) =>
            r.map((v, j) => ({
              x: j,
              y: i,
              text: texts[i][j],
              showarrow: false,
              font: { size: 12, color: inkAt(v) },
            })),
          )
        : [],
      xaxis: { ...axis(x, 'x'), ...labelled(columns, width), showgrid: false, ...(slanted && { tickangle: -45 }) },
      yaxis: { ...axis(y, 'y'), ...labelled(rows, height), showgrid: false, autorange: 'reversed' },
    },
    ...rest,
    height: rest.height ?? 130 + (slanted ? 50 : 0) + plotHeight,
  });
}
