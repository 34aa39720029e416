/** A grid of example series, each with the value to predict. */
import { cycle } from './colors';
import { Figure } from './figure';
import type { Common } from './line';
import { panelGrid } from './panels';
import type { Axis } from './style';
import { matrix, row, type Matrix, type Numbers } from './values';

/** Options of {@link samples}. */
export interface SamplesOptions extends Common {
  /** The axis of time. */
  x: Axis;
  /** The axis of the values. */
  y: Axis;
  /** Series as `[sample, time]` or `[sample, time, 1]`. */
  inputs: Matrix;
  /** The value that follows each series. */
  targets?: Numbers;
  /** How many of them to show; default 6. */
  count?: number;
  /** Panels side by side; default 3. */
  columns?: number;
}

/**
 * The first samples of a data set in a grid: the series, and the value that follows it as a dot with a dashed level.
 * @throws if there are fewer targets than series shown, or a title is missing.
 *
 * @example
 * const figure = plot.samples({
 *   title: 'Series',
 *   x: { title: 'step' },
 *   y: { title: 'value' },
 *   inputs: series.generateTimeSeries(2, 20, 1),
 * });
 * console.log(figure.toJSON().data.length); // 2
 */
export function samples({ title, x, y, inputs, targets, count = 6, columns = 3, ...rest }: SamplesOptions): Figure {
  const series = matrix(inputs, 'inputs').slice(0, count);
  const following = targets && row(targets, 'targets').slice(0, count);
  if (following && following.length < series.length)
    throw new Error(`targets has ${following.length} values for ${series.length} series.`);
  const width = rest.width ?? 720;
  const steps = series[0].length;
  const all = [...series.flat(), ...(following ?? [])].filter(Number.isFinite);
  const [low, high] = [all.reduce((a, b) => Math.min(a, b)), all.reduce((a, b) => Math.max(a, b))];
  const room = (high - low || 1) * 0.06;
  const { panels, layout, plotHeight } = panelGrid({
    count: series.length,
    columns: Math.min(columns, series.length),
    width,
    panelHeight: 130,
    titles: series.map((_, i) => `sample ${i + 1}`),
    axes: () => ({ x, y: { range: [low - room, high + room], ...y } }),
    alike: true,
  });
  const steady = { type: 'scatter', showlegend: false };
  const data = series.flatMap((values, i) => {
    const legend = { showlegend: i === 0 };
    const line = { color: cycle[0], width: 2 };
    const input = { ...steady, ...legend, ...panels[i], name: 'input', y: values, mode: 'lines', line };
    if (!following) return [input];
    const color = cycle[1];
    const level = { mode: 'lines', line: { color, width: 1, dash: 'dash' }, hoverinfo: 'skip' };
    const target = { name: 'target', x: [steps], y: [following[i]], mode: 'markers', marker: { color, size: 8 } };
    return [
      input,
      { ...steady, ...panels[i], x: [0, steps], y: [following[i], following[i]], ...level },
      { ...steady, ...legend, ...panels[i], ...target },
    ];
  });
  return new Figure({
    data,
    layout: { title: { text: title }, ...layout, showlegend: Boolean(following) },
    ...rest,
    width,
    height: rest.height ?? plotHeight + 145,
  });
}
