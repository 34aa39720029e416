/** The curve of a training while it runs. */
import { displaySymbol, type Displayable } from '../notebook';
import { cycle, withOpacity } from './colors';
import { curvesOf, metricsOf, metricTitle, type CourseHistory } from './curves';
import { Figure } from './figure';
import { inMotion } from './follow';
import { seriesTraces } from './line';
import { panelGrid } from './panels';
import { wholeTicks } from './style';

/** Options of {@link live}. */
export interface LiveOptions {
  /** What one sees here; default: that a training runs, or has ended. */
  title?: string;
  /** Metrics beside the loss; default: the first that is measured. */
  metrics?: readonly string[];
  /** Of the axis of the loss; `'log'` shows a curve that falls by powers of ten. */
  scale?: 'linear' | 'log';
  /** CSS pixels; default 720. */
  width?: number;
}

const mostPoints = 300;

/** Batch losses as at most 300 means, each at the end of its stretch. */
function thinned(losses: readonly number[]): { at: number[]; mean: number[] } {
  const stretch = Math.max(1, Math.ceil(losses.length / mostPoints));
  const count = Math.floor(losses.length / stretch);
  const at = Array.from({ length: count }, (_, i) => (i + 1) * stretch);
  const mean = at.map((end) => losses.slice(end - stretch, end).reduce((a, b) => a + b, 0) / stretch);
  return { at, mean };
}

/** The figure of a training as far as it has come: the loss of its batches, and the metrics of its finished epochs. */
export function progressFigure(
  history: CourseHistory,
  { title, metrics, scale, width = 720 }: LiveOptions = {},
): Figure {
  const curves = curvesOf(history);
  const losses = history.batchLosses ?? [];
  const done = curves.epochs.length;
  const steps = history.params?.steps ?? (done ? losses.length / done : losses.length);
  const epochs = history.params?.epochs ?? Math.max(1, done);
  const shown = [
    'loss',
    ...(metrics ??
      metricsOf(curves)
        .filter((m) => m !== 'loss')
        .slice(0, 1)),
  ];
  const { panels, layout, plotHeight } = panelGrid({
    count: shown.length,
    columns: shown.length,
    width,
    panelHeight: 220,
    axes: (i) => ({
      x: { title: 'epoch', range: [0, epochs * 1.02], ticks: wholeTicks(0, epochs, 8) },
      y: { title: metricTitle(shown[i]), ...(i === 0 && scale ? { scale } : {}) },
    }),
  });
  const { at, mean } = thinned(losses);
  const batches = mean.length
    ? seriesTraces(
        { name: 'batches', x: at.map((n) => n / Math.max(1, steps)), y: mean },
        withOpacity(cycle[0], 0.35),
        panels[0],
      )
    : [];
  const epochCurves = shown.flatMap((metric, p) =>
    ['', 'val_'].flatMap((prefix, v) => {
      const y = curves.values[prefix + metric];
      if (!y?.length) return [];
      const name = v ? 'validation' : 'training';
      const curve = {
        name,
        x: curves.epochs,
        y,
        mode: 'lines+markers',
        dash: v ? 'dash' : 'solid',
      } as const;
      return seriesTraces(curve, cycle[v], { ...panels[p], showlegend: p === 0 });
    }),
  );
  const nothing = { type: 'scatter', x: [], y: [], showlegend: false, ...panels[0] };
  return new Figure({
    data: [nothing, ...batches, ...epochCurves],
    layout: { title: { text: title ?? 'The training as it runs' }, ...layout, showlegend: true },
    width,
    height: plotHeight + 125,
  });
}

/**
 * A figure that follows a training: `train.fit(model, x, y, { live: plot.live() })`.
 * While it runs it is a picture, since JupyterLab does not redraw an interactive figure in place; at the end it is interactive.
 *
 * @example
 * const draw = plot.live({ title: 'Training' }); // train.fit(model, x, y, { live: draw })
 * const shown = draw({ epochs: [1, 2], metrics: { loss: [3, 2] } });
 * console.log(notebook.displaySymbol in shown); // true
 */
export function live(options: LiveOptions = {}): (history: CourseHistory) => Displayable {
  return (history) => {
    const figure = progressFigure(history, options);
    const ended = Boolean(history.stopped) || history.epochs.length >= (history.params?.epochs ?? Infinity);
    if (ended) return figure;
    return { [displaySymbol]: () => inMotion(figure) };
  };
}
