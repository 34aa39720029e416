/** Training and validation curves by epoch. */
import { colorOf, cycle } from './colors';
import { Figure } from './figure';
import { seriesTraces, type Common } from './line';
import { panelGrid } from './panels';
import { wholeTicks } from './style';

/** What `train.fit` and `model.fit` return. */
export interface HistoryLike {
  epoch: readonly number[];
  history: Record<string, readonly unknown[]>;
}

export interface HistoryOptions extends Partial<Common> {
  /** Which curves, one panel each; default: every metric that has been measured. */
  metrics?: readonly string[];
  /** Units by metric, as `{ mae: '°C' }`. */
  units?: Record<string, string>;
  /** Metrics with a logarithmic axis. */
  log?: readonly string[];
}

const longNames: Record<string, string> = {
  acc: 'accuracy',
  mae: 'mean absolute error',
  mse: 'mean squared error',
  rmse: 'root mean squared error',
};

const isHistory = (value: unknown): value is HistoryLike =>
  typeof value === 'object' && value !== null && 'history' in value && 'epoch' in value;

/** The metrics of a history without their validation twins and the learning rate. */
export function metricsOf({ history }: HistoryLike): string[] {
  return Object.keys(history).filter((key) => !key.startsWith('val_') && !/^(lr|learning_?rate)$/i.test(key));
}

/**
 * Training (solid) and validation (dashed) by epoch, one panel for each metric.
 * `history` is one run or several by name, as `{ SimpleRNN: a, LSTM: b }`.
 * @throws if no epoch was run, or a metric was not measured.
 */
export function history(
  runs: HistoryLike | Record<string, HistoryLike>,
  { title, metrics, units = {}, log = [], width = 720, height, ...rest }: HistoryOptions = {},
): Figure {
  const named: [string, HistoryLike][] = isHistory(runs) ? [['', runs]] : Object.entries(runs);
  if (named.length === 0) throw new Error('plot.history got no run: give it what train.fit returned.');
  const shown = metrics ?? metricsOf(named[0][1]);
  const longName = (metric: string): string => longNames[metric] ?? metric.replace(/_/g, ' ');
  const epochs = Math.max(...named.map(([, run]) => run.epoch?.length ?? 0), 1);
  const columns = Math.min(2, shown.length);
  const { panels, layout, plotHeight } = panelGrid({
    count: shown.length,
    columns,
    width,
    panelHeight: 220,
    axes: (i) => ({
      x: { title: 'epoch', ticks: wholeTicks(1, epochs, 8) },
      y: {
        title: longName(shown[i]),
        unit: units[shown[i]],
        scale: log.includes(shown[i]) ? 'log' : 'linear',
      },
    }),
  });
  const data = named.flatMap(([run, { epoch, history: curves }], r) => {
    if (!epoch?.length) throw new Error(`The run ${run && `"${run}" `}has no epoch to show.`);
    const x = epoch.map((_, i) => i + 1);
    return shown.flatMap((metric, p) => {
      if (!curves[metric])
        throw new Error(
          `The metric "${metric}" was not measured; there is ${metricsOf({ epoch, history: curves }).join(', ')}.`,
        );
      return ['', 'val_'].flatMap((prefix, v) => {
        const y = curves[prefix + metric] as number[] | undefined;
        if (!y) return [];
        const name = [run, v ? 'validation' : 'training'].filter(Boolean).join(', ');
        const color = run ? colorOf(run, r) : cycle[v];
        const mode = x.length <= 30 ? 'lines+markers' : 'lines';
        const curve = { name, x, y, color, mode, dash: v ? 'dash' : 'solid' } as const;
        return seriesTraces(curve, r, { ...panels[p], showlegend: p === 0 });
      });
    });
  });
  const what = shown.map(longName).join(', ');
  return new Figure({
    data,
    layout: { title: { text: title ?? `Training and validation by epoch: ${what}` }, ...layout },
    width,
    height: height ?? plotHeight + 125,
    ...rest,
  });
}
