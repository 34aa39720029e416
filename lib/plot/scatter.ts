/** Points by two measures. */
import { colorsFor, ink } from './colors';
import { Figure } from './figure';
import type { Common } from './line';
import { axis, type Axis } from './style';
import { row, type Numbers } from './values';

/** Options of {@link scatter}. */
export interface ScatterOptions extends Common {
  /** The axis from left to right. */
  x: Axis;
  /** The axis from bottom to top. */
  y: Axis;
  /** Groups of points, each with its name; `text` shows when the mouse is over a point. */
  series: readonly { name: string; x: Numbers; y: Numbers; text?: readonly string[]; color?: string }[];
  /** Draws the line y = x, on which perfect predictions lie. */
  diagonal?: boolean;
  /** Writes `text` beside each point, not only when the mouse is over it. */
  labels?: boolean;
}

/**
 * Points by two measures.
 * @throws if x and y of a series differ in length.
 *
 * @example
 * const figure = plot.scatter({
 *   title: 'Forecasts',
 *   x: { title: 'truth' },
 *   y: { title: 'forecast' },
 *   series: [{ name: 'LSTM', x: [1, 2, 3], y: [1.1, 1.9, 3.2] }],
 *   diagonal: true,
 * });
 * console.log(figure.description); // forecast over truth
 */
export function scatter({ title, x, y, series, diagonal, labels, ...rest }: ScatterOptions): Figure {
  const colors = colorsFor(series.map((s) => s.name));
  const data: Record<string, unknown>[] = series.map((s, i) => {
    const [xs, ys] = [row(s.x, `x of "${s.name}"`), row(s.y, `y of "${s.name}"`)];
    if (xs.length !== ys.length) throw new Error(`Series "${s.name}": x has ${xs.length} values, y has ${ys.length}.`);
    const dense = xs.length > 300;
    return {
      type: 'scatter',
      mode: labels && s.text ? 'markers+text' : 'markers',
      name: s.name,
      x: xs,
      y: ys,
      text: s.text,
      textposition: 'top center',
      textfont: { size: 11 },
      cliponaxis: false,
      marker: { color: s.color ?? colors[i], size: dense ? 4 : 8, opacity: dense ? 0.45 : 0.85 },
    };
  });
  if (diagonal) {
    const all = data.flatMap((trace) => [...(trace.x as number[]), ...(trace.y as number[])]).filter(Number.isFinite);
    const ends = [all.reduce((a, b) => Math.min(a, b)), all.reduce((a, b) => Math.max(a, b))];
    const line = { color: ink.muted, width: 1, dash: 'dash' };
    data.unshift({ type: 'scatter', mode: 'lines', x: ends, y: ends, line, showlegend: false, hoverinfo: 'skip' });
  }
  return new Figure({ data, layout: { title: { text: title }, xaxis: axis(x, 'x'), yaxis: axis(y, 'y') }, ...rest });
}
