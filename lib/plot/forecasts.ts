/** What was seen, what came, and what each model said would come. */
import { colorsFor, ink, model } from './colors';
import { Figure } from './figure';
import type { Common } from './line';
import { panelGrid } from './panels';
import type { Axis } from './style';
import { matrix, readable, type Matrix, type Numbers } from './values';

/** Options of {@link forecasts}. */
export interface ForecastsOptions extends Common {
  /** The axis of time. */
  x: Axis;
  /** The axis of the values. */
  y: Axis;
  /** The windows that the models saw, `[sample, time]` or `[sample, time, 1]`. */
  inputs: Matrix;
  /** What followed: one value a sample, or `[sample, horizon]`. */
  truth: Numbers | Matrix;
  /** What each model said, by name, in the shape of `truth`. */
  predictions: Record<string, Numbers | Matrix>;
  /** How many samples to show; default 3. */
  count?: number;
  /** What each panel is called; default: sample 1, sample 2 and so on. */
  names?: readonly string[];
}

/** Each smaller than the one before, within the ring that stands for the truth, so that none hides another. */
const symbols = ['square', 'diamond', 'triangle-up', 'cross'];

/** `[sample]` and `[sample, horizon]` alike as `[sample][horizon]`. */
function byHorizon(values: Numbers | Matrix, name: string): number[][] {
  if ('shape' in values)
    return values.shape.length === 1 ? Array.from(values.dataSync(), (v) => [v]) : matrix(values, name);
  return typeof values[0] === 'number'
    ? Array.from(values as ArrayLike<number>, (v) => [v])
    : matrix(values as Matrix, name);
}

/**
 * One panel a sample: the window, the truth that followed (black), each model's prediction, and its error in words:
 * the absolute error, or its mean over the horizon.
 * @throws if truth or a prediction lacks a sample, or their horizons differ.
 *
 * @example
 * const figure = plot.forecasts({
 *   title: 'The next value',
 *   x: { title: 'step' },
 *   y: { title: 'value' },
 *   inputs: [[1, 2, 3]],
 *   truth: [4],
 *   predictions: { naive: [3], linear: [4] },
 * });
 * console.log(figure.description); // value over step: input, truth, naive, linear
 */
export function forecasts({
  title,
  x,
  y,
  inputs,
  truth,
  predictions,
  count = 3,
  names,
  ...rest
}: ForecastsOptions): Figure {
  const windows = matrix(inputs, 'inputs').slice(0, count);
  const came = byHorizon(truth, 'truth');
  const said = Object.entries(predictions).map(([name, values]) => ({
    name,
    values: byHorizon(values, `predictions of ${name}`),
  }));
  for (const { name, values } of [{ name: 'truth', values: came }, ...said])
    if (values.length < windows.length || values[0].length !== came[0].length)
      throw new Error(
        `${name} is [${values.length}, ${values[0]?.length ?? 0}], but ${windows.length} windows and a horizon of ${came[0].length} are shown.`,
      );
  const colors = colorsFor(['truth', ...said.map(({ name }) => name)]);
  const width = rest.width ?? 720;
  const { panels, layout, plotHeight } = panelGrid({
    count: windows.length,
    columns: 1,
    width,
    panelHeight: 150,
    titles: windows.map((_, i) => {
      const errors = said.map(({ name, values }) => {
        const error = values[i].reduce((sum, v, t) => sum + Math.abs(v - came[i][t]), 0) / came[i].length;
        return `${name} ${readable(Number(error.toPrecision(3)))}`;
      });
      return `${names?.[i] ?? `sample ${i + 1}`} <span style="color:${ink.muted}">· error: ${errors.join(', ')}${y.unit ? ` ${y.unit}` : ''}</span>`;
    }),
    axes: () => ({ x, y }),
    alike: true,
  });
  const data = windows.flatMap((window, i) => {
    const ahead = came[i].map((_, t) => window.length + t);
    const seen = { name: 'input', y: window, line: { color: model.baseline, width: 2 }, mode: 'lines' };
    const mode = ahead.length > 1 ? 'lines+markers' : 'markers';
    const point = (name: string, values: number[], color: string, symbol: string, size: number): object => ({
      name,
      x: ahead,
      y: values,
      mode,
      line: { color, width: 1.5 },
      marker: { color, symbol, size, line: { color: symbol.endsWith('open') ? color : ink.paper, width: 1.5 } },
    });
    const predicted = said.map(({ name, values }, m) =>
      point(name, values[i], colors[m + 1], symbols[m % 4], Math.max(5, 10 - 3 * m)),
    );
    return [seen, point('truth', came[i], model.truth, 'circle-open', 14), ...predicted].map((trace) => ({
      type: 'scatter',
      showlegend: i === 0,
      ...panels[i],
      ...trace,
    }));
  });
  return new Figure({
    data,
    layout: { title: { text: title }, ...layout },
    ...rest,
    width,
    height: rest.height ?? plotHeight + 145,
  });
}
