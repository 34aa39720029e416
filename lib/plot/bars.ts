/** Quantities side by side. */
import { colorsFor, cycle, houseColor, ink, model } from './colors';
import { Figure } from './figure';
import type { Common } from './line';
import { annotationAt, axis, type Axis } from './style';
import { readable, row, type Numbers } from './values';

/** A bar for each category. */
export interface BarSeries {
  /** What the legend calls it. */
  name: string;
  /** The length of each bar, one for each category. */
  values: Numbers;
  /** Half the length of an error bar at each value, such as a standard deviation over seeds. */
  spread?: Numbers;
  /** One colour, or one for each value. */
  color?: string | readonly string[];
}

/** Options of {@link bars}. */
export interface BarsOptions extends Common {
  /** The axis of the categories. */
  x: Axis;
  /** The axis of the values. */
  y: Axis;
  /** What stands under each bar, or under each group of them. */
  categories: readonly string[];
  /** One for a bar at each category; several stand side by side. */
  series: readonly BarSeries[];
  /** Bars from left to right, for categories with long names; `x` is then the axis of the values. */
  horizontal?: boolean;
  /** How a value is written at its bar; `false` leaves it away. Default: four significant digits. Grouped bars with a spread have none. */
  labels?: false | ((value: number) => string);
}

/** The bars of a single series take the house colours of their categories, if any has one. */
function byCategory(categories: readonly string[]): string[] {
  const house = categories.map(houseColor);
  const other = house.some(Boolean) ? model.baseline : cycle[0];
  return house.map((color) => color ?? other);
}

/** The values of bars that have error bars, written beyond the ends of these. */
function labelsBeyond(
  traces: Record<string, unknown>[],
  horizontal: boolean,
  values: Axis,
  write: (v: number) => string,
): object[] {
  const [trace, more] = traces;
  const [along, across] = horizontal ? ['x', 'y'] : ['y', 'x'];
  const error = trace[`error_${along}`] as { array: number[] } | undefined;
  if (more || !error) return [];
  return (trace[along] as number[]).map((value, i) => ({
    text: write(value),
    [along]: annotationAt(value + error.array[i], values),
    [across]: (trace[across] as string[])[i],
    xanchor: horizontal ? 'left' : 'center',
    yanchor: horizontal ? 'middle' : 'bottom',
    showarrow: false,
    font: { size: 12 },
  }));
}

/**
 * Bars from zero, grouped by category, with error bars where a spread is given.
 * @throws if a series has not one value for each category.
 *
 * @example
 * const figure = plot.bars({
 *   title: 'Parameters',
 *   x: { title: 'layer' },
 *   y: { title: 'parameters' },
 *   categories: ['SimpleRNN', 'LSTM'],
 *   series: [{ name: '64 units', values: [4224, 16896] }],
 * });
 * console.log(figure.description); // parameters over layer
 */
export function bars({ title, x, y, categories, series, horizontal, labels = readable, ...rest }: BarsOptions): Figure {
  if (!series?.length || !categories?.length)
    throw new Error(`The figure "${title}" needs categories: [...] and series: [{ name, values }].`);
  const colors = colorsFor(series.map((s) => s.name));
  const data: Record<string, unknown>[] = series.map((s, i) => {
    const values = row(s.values, `series "${s.name}"`);
    if (values.length !== categories.length)
      throw new Error(`Series "${s.name}" has ${values.length} values for ${categories.length} categories.`);
    const spread = s.spread && row(s.spread, `spread of "${s.name}"`);
    const error = spread && { type: 'data', array: spread, color: ink.text, thickness: 1.3, width: 4 };
    const along = horizontal
      ? { y: [...categories], x: values, error_x: error }
      : { x: [...categories], y: values, error_y: error };
    return {
      type: 'bar',
      name: s.name,
      ...along,
      orientation: horizontal ? 'h' : 'v',
      marker: { color: s.color ?? (series.length === 1 ? byCategory(categories) : colors[i]) },
      ...(labels &&
        !spread && {
          text: values.map(labels),
          textposition: 'outside',
          textangle: 0,
          cliponaxis: false,
          textfont: { size: 12 },
        }),
    };
  });
  const order = horizontal ? { autorange: 'reversed' } : {};
  const names = { type: 'category', ticks: '', showgrid: false };
  return new Figure({
    data,
    layout: {
      title: { text: title },
      barmode: 'group',
      annotations: labels ? labelsBeyond(data, Boolean(horizontal), horizontal ? x : y, labels) : [],
      bargap: 0.3,
      xaxis: { ...axis(x, 'x'), ...(horizontal ? {} : names) },
      yaxis: { ...axis(y, 'y'), ...(horizontal ? { ...names, ...order } : {}) },
    },
    ...rest,
    height: rest.height ?? (horizontal ? 130 + categories.length * (14 + 22 * series.length) : 380),
  });
}
