/** How often values occur. */
import { colorsFor } from './colors';
import { Figure } from './figure';
import { markLayout, type Common, type Mark } from './line';
import { axis, type Axis } from './style';
import { row, type Numbers } from './values';

/** Options of {@link histogram}. */
export interface HistogramOptions extends Common {
  /** The axis of the values. */
  x: Axis;
  /** Default: `count`. */
  y?: Axis;
  /** One or several groups of values, each with its name and perhaps a colour. */
  series: readonly { name: string; values: Numbers; color?: string }[];
  /** Bins over the whole range; default 30. */
  bins?: number;
  /** Values beyond are counted in the first and last bin; default: smallest and largest value. */
  range?: [number, number];
  /** Vertical lines, each with a word. */
  marks?: readonly Mark[];
}

/**
 * Counts of values in bins of equal width; the counting is done here, so the figure stays small for any number of values.
 * @throws if a series has no finite value.
 *
 * @example
 * const drawn = [{ name: 'a', values: [1, 1, 2, 5] }];
 * const figure = plot.histogram({ title: 'Draws', x: { title: 'value' }, series: drawn, bins: 4 });
 * console.log(figure.description); // count over value
 */
export function histogram({
  title,
  x,
  y = { title: 'count' },
  series,
  bins = 30,
  range,
  marks = [],
  ...rest
}: HistogramOptions): Figure {
  const values = series.map((s) => {
    const finite = row(s.values, `series "${s.name}"`).filter(Number.isFinite);
    if (finite.length === 0) throw new Error(`Series "${s.name}" has no finite value to count.`);
    return finite;
  });
  const edge = (pick: (a: number, b: number) => number): number => values.map((v) => v.reduce(pick)).reduce(pick);
  const [low, high] = range ?? [edge((a, b) => Math.min(a, b)), edge((a, b) => Math.max(a, b))];
  const width = (high - low) / bins || 1;
  const colors = colorsFor(series.map((s) => s.name));
  const data = series.map((s, i) => {
    const counts = new Array<number>(bins).fill(0);
    for (const v of values[i]) counts[Math.min(bins - 1, Math.max(0, Math.floor((v - low) / width)))]++;
    const color = s.color ?? colors[i];
    return {
      type: 'bar',
      name: s.name,
      x: counts.map((_, b) => low + (b + 0.5) * width),
      y: counts,
      width: width * 0.98,
      marker: { color, opacity: series.length > 1 ? 0.6 : 0.9 },
    };
  });
  return new Figure({
    data,
    layout: {
      title: { text: title },
      barmode: 'overlay',
      xaxis: axis(x, 'x'),
      yaxis: axis(y, 'y'),
      ...markLayout(marks, x),
    },
    ...rest,
  });
}
