/** Curves over a common axis. */
import { colorsFor, ink, withOpacity } from './colors';
import { Figure } from './figure';
import { annotationAt, axis, type Axis } from './style';
import { row, type Numbers } from './values';

/** What every figure of `plot` takes. */
export interface Common {
  /** What one sees here; required. */
  title: string;
  /** CSS pixels; default 720. */
  width?: number;
  /** CSS pixels. */
  height?: number;
  /** What the figure shows in one or two sentences, for those who cannot see it. */
  description?: string;
}

/** One curve. */
export interface Series {
  /** What the legend calls it. */
  name: string;
  /** The height of the curve at each point. */
  y: Numbers;
  /** Default 0, 1, 2 and so on; strings may be dates (`2024-01-31`) or categories. */
  x?: Numbers | readonly string[];
  /** Default: the house colour that goes with the name, else the next one. */
  color?: string;
  /** How the line is drawn; default: solid. */
  dash?: 'solid' | 'dash' | 'dot';
  /** A line, a marker at each point, or both; default: a line. */
  mode?: 'lines' | 'markers' | 'lines+markers';
  /** Edges of a shaded band around the curve, such as smallest and largest of several seeds. */
  band?: { low: Numbers; high: Numbers };
}

/** A vertical line with a word beside it: where training ends, where a week begins. */
export interface Mark {
  /** Where on the x axis. */
  at: number | string;
  /** The word beside it. */
  text: string;
}

/** Options of {@link line}. */
export interface LineOptions extends Common {
  /** The axis along which the curves run. */
  x: Axis;
  /** The axis of their values. */
  y: Axis;
  /** The curves, in the order of the legend. */
  series: readonly Series[];
  /** Vertical lines, each with a word. */
  marks?: readonly Mark[];
}

const isText = (x: Series['x']): x is readonly string[] => Array.isArray(x) && typeof x[0] === 'string';

const sameLength = (what: string, a: ArrayLike<unknown>, b: ArrayLike<unknown>): void => {
  if (a.length !== b.length) throw new Error(`${what}: x has ${a.length} values, y has ${b.length}; they must match.`);
};

/** The traces of one series in a colour: its band, if it has one, and its curve. */
export function seriesTraces(series: Series, color: string, shared: object = {}): object[] {
  const { name, dash = 'solid', mode = 'lines', band } = series;
  const y = row(series.y, `series "${name}"`);
  if (y.length === 0) throw new Error(`Series "${name}" has no values.`);
  const x = isText(series.x) ? [...series.x] : series.x ? row(series.x, `x of "${name}"`) : y.map((_, i) => i);
  sameLength(`Series "${name}"`, x, y);
  const curve = {
    type: 'scatter',
    name,
    legendgroup: name,
    x,
    y,
    mode,
    line: { color, dash, width: 2 },
    marker: { color, size: 6 },
    ...shared,
  };
  if (!band) return [curve];
  const [low, high] = [row(band.low, `band of "${name}"`), row(band.high, `band of "${name}"`)];
  sameLength(`Band of "${name}"`, x, low);
  sameLength(`Band of "${name}"`, x, high);
  const edge = {
    type: 'scatter',
    legendgroup: name,
    x,
    mode: 'lines',
    line: { width: 0, color },
    hoverinfo: 'skip',
    showlegend: false,
    ...shared,
  };
  return [{ ...edge, y: low }, { ...edge, y: high, fill: 'tonexty', fillcolor: withOpacity(color, 0.18) }, curve];
}

/** Plotly's shapes and annotations for vertical marks. */
export function markLayout(marks: readonly Mark[], x: Axis): { shapes: object[]; annotations: object[] } {
  return {
    shapes: marks.map(({ at }) => ({
      type: 'line',
      x0: at,
      x1: at,
      yref: 'paper',
      y0: 0,
      y1: 1,
      line: { color: ink.muted, width: 1, dash: 'dot' },
    })),
    annotations: marks.map(({ at, text }) => ({
      text,
      x: typeof at === 'number' ? annotationAt(at, x) : at,
      y: 1,
      yref: 'paper',
      xanchor: 'left',
      yanchor: 'top',
      xshift: 3,
      showarrow: false,
      font: { size: 12, color: ink.muted },
    })),
  };
}

/**
 * Curves over a common axis.
 * @throws if the title or an axis title is missing, a series is empty, or x and y differ in length.
 *
 * @example
 * const figure = plot.line({
 *   title: 'Loss',
 *   x: { title: 'epoch' },
 *   y: { title: 'loss', scale: 'log' },
 *   series: [{ name: 'LSTM', y: [1, 0.1, 0.01] }],
 * });
 * console.log(figure.description); // loss over epoch
 */
export function line({ title, x, y, series, marks = [], ...rest }: LineOptions): Figure {
  if (!series?.length) throw new Error(`The figure "${title}" needs at least one series: series: [{ name, y }].`);
  const colors = colorsFor(series.map((s) => s.name));
  return new Figure({
    data: series.flatMap((s, i) => seriesTraces(s, s.color ?? colors[i])),
    layout: { title: { text: title }, xaxis: axis(x, 'x'), yaxis: axis(y, 'y'), ...markLayout(marks, x) },
    ...rest,
  });
}
