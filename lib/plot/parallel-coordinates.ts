/** A search over hyper-parameters: one line a trial, one vertical axis a setting. */
import { colorAt, cycle, ink, sequential } from './colors';
import { Figure } from './figure';
import type { Common } from './line';
import { readable } from './values';

/** An axis of {@link parallelCoordinates}. */
export interface Dimension {
  /** The key of the setting in each trial. */
  key: string;
  /** What stands above its axis; default: the key. */
  title?: string;
  /** Shown in brackets behind the title. */
  unit?: string;
  /** How values spread over the axis; default: linear. */
  scale?: 'linear' | 'log';
}

/** Options of {@link parallelCoordinates}. */
export interface ParallelCoordinatesOptions extends Common {
  /** One object for each trial: its settings and its score. */
  trials: readonly Record<string, number | string | boolean>[];
  /** The settings, from left to right. */
  dimensions: readonly (string | Dimension)[];
  /** What was measured; stands on the right. */
  score: string | Dimension;
  /** Whether a small or a large score is good. */
  better: 'lower' | 'higher';
}

interface Scale extends Dimension {
  place(value: unknown): number;
  ticks: { at: number; text: string }[];
}

/** Places the values of one setting between 0 and 1: numbers by size, words in order of appearance. */
function scaleOf(given: string | Dimension, trials: ParallelCoordinatesOptions['trials']): Scale {
  const dimension = typeof given === 'string' ? { key: given } : given;
  const values = trials.map((trial) => trial[dimension.key]);
  if (values.some((v) => v === undefined))
    throw new Error(`Trial ${values.indexOf(undefined as never)} has no "${dimension.key}".`);
  const distinct = [...new Set(values)];
  if (!distinct.every((v) => typeof v === 'number')) {
    const place = (v: unknown): number =>
      distinct.length > 1 ? distinct.indexOf(v as string) / (distinct.length - 1) : 0.5;
    return { ...dimension, place, ticks: distinct.map((v) => ({ at: place(v), text: String(v) })) };
  }
  const numbers = (distinct as number[]).filter(Number.isFinite).sort((a, b) => a - b);
  const [low, high] = [numbers[0], numbers[numbers.length - 1]];
  const log = dimension.scale ? dimension.scale === 'log' : low > 0 && high / low >= 30;
  const warp = (v: number): number => (log ? Math.log(v) : v);
  const place = (v: unknown): number => (high > low ? (warp(v as number) - warp(low)) / (warp(high) - warp(low)) : 0.5);
  const middle = log ? Math.sqrt(low * high) : (low + high) / 2;
  const marked = numbers.length <= 6 ? numbers : [low, middle, high];
  return {
    ...dimension,
    place,
    ticks: marked.map((v) => ({ at: place(v), text: readable(Number(v.toPrecision(3))) })),
  };
}

/** A colour of a colour scale at 0..1, kept away from its palest end. */
function shade(goodness: number): string {
  return `rgb(${colorAt(sequential, 0.25 + 0.75 * goodness)
    .map(Math.round)
    .join(',')})`;
}

/**
 * One line a trial through all its settings to its score; the better, the darker, the best in a colour of its own.
 * Drawn with straight lines, which stay within the axes, and not with plotly's `parcoords`, which needs WebGL and leaves no still picture.
 * @throws if a trial lacks a setting or the score.
 *
 * @example
 * const figure = plot.parallelCoordinates({
 *   title: 'A search',
 *   trials: [{ units: 32, rate: 0.01, loss: 0.3 }, { units: 64, rate: 0.001, loss: 0.2 }],
 *   dimensions: ['units', { key: 'rate', scale: 'log' }],
 *   score: 'loss',
 *   better: 'lower',
 * });
 * console.log(figure.description); // other trials, the better the darker, best trial
 */
export function parallelCoordinates({
  title,
  trials,
  dimensions,
  score,
  better,
  ...rest
}: ParallelCoordinatesOptions): Figure {
  if (!trials?.length) throw new Error(`The figure "${title}" has no trials.`);
  const scales = [...dimensions, score].map((d) => scaleOf(d, trials));
  const last = scales[scales.length - 1];
  const goodness = trials.map((t) => (better === 'higher' ? last.place(t[last.key]) : 1 - last.place(t[last.key])));
  const best = goodness.indexOf(Math.max(...goodness));
  const order = trials.map((_, i) => i).sort((a, b) => goodness[a] - goodness[b]);
  const at = scales.map((_, i) => i);
  const data = order.map((i) => ({
    type: 'scatter',
    mode: 'lines',
    name: i === best ? 'best trial' : 'other trials, the better the darker',
    x: at,
    y: scales.map((s) => s.place(trials[i][s.key])),
    line: { color: i === best ? cycle[1] : shade(goodness[i]), width: i === best ? 3 : 1.5 },
    opacity: i === best ? 1 : 0.75,
    hoveron: 'points',
    hovertext: scales.map((s) => `${s.title ?? s.key} ${String(trials[i][s.key])}`).join('<br>'),
    hoverinfo: 'text',
    showlegend: i === best || i === order[order.length >> 1],
  }));
  const name = (s: Scale): string => `<b>${s.title ?? s.key}</b>${s.unit ? ` (${s.unit})` : ''}`;
  return new Figure({
    data,
    layout: {
      title: { text: title },
      xaxis: { visible: false, range: [-0.25, scales.length - 0.6] },
      yaxis: { visible: false, range: [-0.06, 1.06] },
      showlegend: trials.length > 1,
      shapes: at.map((x) => ({ type: 'line', x0: x, x1: x, y0: 0, y1: 1, line: { color: ink.axis, width: 1.5 } })),
      annotations: scales.flatMap((s, x) => [
        { text: name(s), x, y: 1, yanchor: 'bottom', yshift: 8, showarrow: false, font: { size: 12 } },
        ...s.ticks.map(({ at: y, text }) => ({
          text,
          x,
          y,
          xanchor: 'left',
          xshift: 4,
          showarrow: false,
          font: { size: 11 },
          bgcolor: 'rgba(255,255,255,0.8)',
          borderpad: 1,
        })),
      ]),
      margin: { l: 24, b: 24 },
      roomAbove: 18,
    },
    ...rest,
  });
}
