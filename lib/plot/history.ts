/** Training and validation curves by epoch. */
import { colorsFor, cycle } from './colors';
import { curvesOf, isHistory, metricsOf, metricTitle, type HistoryLike } from './curves';
import { Figure } from './figure';
import { seriesTraces, type Common } from './line';
import { progressFigure } from './live';
import { panelGrid } from './panels';
import { wholeTicks } from './style';

/** Options of {@link history}. */
export interface HistoryOptions extends Partial<Common> {
  /** Which curves, one panel each; default: every metric that was measured. */
  metrics?: readonly string[];
  /** Units by metric, as `{ mae: '°C' }`. */
  units?: Record<string, string>;
  /** Metrics with a logarithmic axis. */
  log?: readonly string[];
}

/**
 * Training (solid) and validation (dashed) by epoch, one panel for each metric.
 * `runs` is what `train.fit` or `model.fit` returned, or several of these by name, as `{ SimpleRNN: a, LSTM: b }`.
 * A run of `train.fit` still in its first epoch shows the loss of its batches.
 * @throws if no epoch was run, or a metric was not measured.
 *
 * @example
 * const figure = plot.history({ epoch: [0, 1, 2], history: { loss: [3, 2, 1.5], val_loss: [3.2, 2.5, 2.4] } });
 * console.log(figure.toJSON().data.length); // 2
 */
export function history(
  runs: HistoryLike | Record<string, HistoryLike>,
  { title, metrics, units = {}, log = [], width = 720, height, ...rest }: HistoryOptions = {},
): Figure {
  if (isHistory(runs) && 'metrics' in runs && runs.epochs.length === 0 && runs.batchLosses?.length)
    return progressFigure(runs, { title, metrics, width });
  const named = (isHistory(runs) ? [['', runs] as const] : Object.entries(runs)).map(([name, run]) => ({
    name,
    curves: curvesOf(run),
  }));
  if (named.length === 0) throw new Error('plot.history got no run: give it what train.fit returned.');
  for (const { name, curves } of named)
    if (curves.epochs.length === 0) throw new Error(`The run ${name && `"${name}" `}has no finished epoch to show.`);
  const colors = colorsFor(named.map((run) => run.name));
  const shown = metrics ?? metricsOf(named[0].curves);
  const all = named.flatMap(({ curves }) => curves.epochs);
  const { panels, layout, plotHeight } = panelGrid({
    count: shown.length,
    columns: Math.min(2, shown.length),
    width,
    panelHeight: 220,
    axes: (i) => ({
      x: { title: 'epoch', ticks: wholeTicks(Math.min(...all), Math.max(...all), 8) },
      y: { title: metricTitle(shown[i]), unit: units[shown[i]], scale: log.includes(shown[i]) ? 'log' : 'linear' },
    }),
  });
  const data = named.flatMap(({ name: run, curves }, r) =>
    shown.flatMap((metric, p) => {
      if (!curves.values[metric])
        throw new Error(`The metric "${metric}" was not measured; there is ${metricsOf(curves).join(', ')}.`);
      return ['', 'val_'].flatMap((prefix, v) => {
        const y = curves.values[prefix + metric];
        if (!y) return [];
        const name = [run, v ? 'validation' : 'training'].filter(Boolean).join(', ');
        const color = run ? colors[r] : cycle[v];
        const mode = y.length <= 30 ? 'lines+markers' : 'lines';
        const curve = { name, x: curves.epochs, y, mode, dash: v ? 'dash' : 'solid' } as const;
        return seriesTraces(curve, color, { ...panels[p], showlegend: p === 0 });
      });
    }),
  );
  return new Figure({
    data,
    layout: {
      title: { text: title ?? `Training and validation by epoch: ${shown.map(metricTitle).join(', ')}` },
      ...layout,
    },
    width,
    height: height ?? plotHeight + 125,
    ...rest,
  });
}
