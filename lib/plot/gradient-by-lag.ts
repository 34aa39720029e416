/** How much of the gradient is left after so many steps back. */
import { median } from '../series/statistics';
import { colorsFor } from './colors';
import { Figure } from './figure';
import { seriesTraces, type Common } from './line';
import { axis, type Axis } from './style';
import { matrix, row, type Matrix, type Numbers } from './values';

/** Options of {@link gradientByLag}. */
export interface GradientByLagOptions extends Common {
  /** Default: `steps back in time`. */
  x?: Axis;
  /** Default: `norm of the gradient`, logarithmic. */
  y?: Axis;
  /** For each network `[seeds, lags]`: one run a row. */
  series: readonly { name: string; runs: Matrix; color?: string }[];
  /** The lag of each column; default 0, 1, 2 and so on. */
  lags?: Numbers;
}

/**
 * Gradient norms over the time lag on a logarithmic axis: the median of the seeds as a line, smallest to largest as a band.
 * A gradient of exactly zero has no place on a logarithmic axis and leaves a gap.
 * @throws if there are not as many lags as columns.
 *
 * @example
 * const figure = plot.gradientByLag({
 *   title: 'Gradients by distance',
 *   series: [{ name: 'LSTM', runs: [[1, 0.5, 0.25], [1, 0.6, 0.3]] }],
 * });
 * console.log(figure.description); // norm of the gradient over steps back in time
 */
export function gradientByLag({
  title,
  x = { title: 'steps back in time' },
  y = { title: 'norm of the gradient', scale: 'log' },
  series,
  lags,
  ...rest
}: GradientByLagOptions): Figure {
  const colors = colorsFor(series.map((s) => s.name));
  const data = series.flatMap(({ name, runs, color }, i) => {
    const seeds = matrix(runs, `runs of "${name}"`).map((run) => run.map((v) => (v > 0 ? v : NaN)));
    const at = lags ? row(lags, 'lags') : seeds[0].map((_, lag) => lag);
    const over = (pick: (values: number[]) => number): number[] =>
      at.map((_, lag) => pick(seeds.map((run) => run[lag]).filter(Number.isFinite)));
    const low = over((v) => v.reduce((a, b) => Math.min(a, b), Infinity));
    const high = over((v) => v.reduce((a, b) => Math.max(a, b), -Infinity));
    const band = seeds.length > 1 ? { low, high } : undefined;
    return seriesTraces({ name, x: at, y: over((v) => (v.length > 0 ? median(v) : NaN)), band }, color ?? colors[i]);
  });
  return new Figure({
    data,
    layout: { title: { text: title }, xaxis: axis(x, 'x'), yaxis: axis(y, 'y') },
    ...rest,
  });
}
