/** How much a result moves from seed to seed. */
import { mean } from '../series/statistics';
import { cycle, houseColor, ink, model } from './colors';
import { Figure } from './figure';
import type { Common } from './line';
import { annotationAt, axis, defaultWidth, letterWidth, type Axis } from './style';
import { readable, row, type Numbers } from './values';

/** Options of {@link box} and {@link strip}. */
export interface SpreadOptions extends Common {
  /** The axis of the groups. */
  x: Axis;
  /** The axis of what was measured. */
  y: Axis;
  /** The runs of each group by name, such as one accuracy a seed. */
  groups: Record<string, Numbers>;
  /** Colours by group; default: the models' own, grey beside them, else one colour for all. */
  colors?: Record<string, string>;
}

function groupsOf({ title, groups, colors }: SpreadOptions): { name: string; values: number[]; color: string }[] {
  const other = Object.keys(groups ?? {}).some(houseColor) ? model.baseline : cycle[0];
  const named = Object.entries(groups ?? {}).map(([name, values]) => ({
    name,
    values: row(values, `group "${name}"`),
    color: colors?.[name] ?? houseColor(name) ?? other,
  }));
  if (named.length === 0 || named.some((g) => g.values.filter(Number.isFinite).length === 0))
    throw new Error(`The figure "${title}" needs at least one finite value in each group.`);
  return named;
}

const groupRange = (groups: number): [number, number] => [-0.6, Math.max(groups - 0.4, 1.1 * groups - 0.7)];

const groupAxis = (x: Axis, names: string[]): object => ({
  ...axis(x, 'x'),
  tickmode: 'array',
  tickvals: names.map((_, i) => i),
  ticktext: names,
  range: groupRange(names.length),
  showgrid: false,
});

const labelGap = 4; // pixels on either side of a label
const labelHeight = 14;

/** Half a mean's bar, in groups, and the angle of its label: no label reaches the next group; in a crowd they stand upright. */
function roomForLabels(labels: string[], width: number): { half: number; textangle: number } {
  const [first, last] = groupRange(labels.length);
  const group = (width - 100) / (last - first); // pixels; 100: the margins
  const halfBeside = (label: number) => Math.min(0.27, (1 - (label + 2 * labelGap) / group) / 2);
  const half = halfBeside(letterWidth * Math.max(...labels.map((label) => label.length)));
  return half >= 0.12 ? { half, textangle: 0 } : { half: Math.max(0.1, halfBeside(labelHeight)), textangle: -90 };
}

/**
 * Every run as a point, their mean as a bar with its value: for few runs, where a box would pretend to know more.
 * @throws if a group has no finite value.
 *
 * @example
 * const groups = { LSTM: [0.31, 0.33, 0.32], GRU: [0.36, 0.35, 0.38] };
 * const figure = plot.strip({ title: 'Losses', x: { title: 'network' }, y: { title: 'loss' }, groups });
 * console.log(figure.description); // loss of LSTM, GRU: each run and the mean
 */
export function strip(options: SpreadOptions): Figure {
  const { title, x, y, groups: _groups, colors: _colors, ...rest } = options;
  const groups = groupsOf(options);
  const means = groups.map(({ values }) => mean(values.filter(Number.isFinite)));
  const labels = means.map((value) => readable(Number(value.toPrecision(4))));
  const { half, textangle } = roomForLabels(labels, rest.width ?? defaultWidth);
  const annotations = means.map((value, i) => ({
    text: labels[i],
    x: i + half,
    y: annotationAt(value, y),
    xanchor: 'left',
    xshift: labelGap,
    showarrow: false,
    font: { size: 12 },
    ...(textangle !== 0 && { textangle }),
  }));
  const data = groups.flatMap(({ name, values, color }, i) => {
    const aside = values.map((_, k) => i + (values.length > 1 ? 0.9 * half * (k / (values.length - 1) - 0.5) : 0));
    return [
      {
        type: 'scatter',
        mode: 'lines',
        x: [i - half, i + half],
        y: [means[i], means[i]],
        line: { color: ink.text, width: 2 },
        hoverinfo: 'skip',
        showlegend: false,
      },
      {
        type: 'scatter',
        mode: 'markers',
        name,
        x: aside,
        y: values,
        marker: { color, size: 9, opacity: 0.8, line: { color: ink.paper, width: 1 } },
        text: values.map((_, k) => `${name}, run ${k + 1}`),
        showlegend: false,
      },
    ];
  });
  const names = groups.map((g) => g.name);
  return new Figure({
    data,
    layout: { title: { text: title }, xaxis: groupAxis(x, names), yaxis: axis(y, 'y'), annotations },
    description: `${y.title} of ${names.join(', ')}: each run and the mean`,
    ...rest,
  });
}

/**
 * A box a group (quartiles, whiskers to 1.5 interquartile ranges) with its runs beside it.
 * @throws if a group has no finite value.
 *
 * @example
 * const groups = { LSTM: [0.31, 0.33, 0.32, 0.35], GRU: [0.36, 0.35, 0.38, 0.37] };
 * const figure = plot.box({ title: 'Losses', x: { title: 'network' }, y: { title: 'loss' }, groups });
 * console.log(figure.description); // loss of LSTM, GRU: quartiles and runs
 */
export function box(options: SpreadOptions): Figure {
  const { title, x, y, groups: _groups, colors: _colors, ...rest } = options;
  const groups = groupsOf(options);
  const names = groups.map((g) => g.name);
  const data = groups.map(({ name, values, color }, i) => ({
    type: 'box',
    name,
    x0: i,
    y: values,
    width: 0.5,
    boxpoints: values.length <= 60 ? 'all' : 'outliers',
    jitter: 0.3,
    pointpos: 0,
    marker: { color, size: 5, opacity: 0.7 },
    line: { color, width: 1.5 },
    fillcolor: 'rgba(255,255,255,0)',
    showlegend: false,
  }));
  return new Figure({
    data,
    layout: { title: { text: title }, xaxis: groupAxis(x, names), yaxis: axis(y, 'y') },
    description: `${y.title} of ${names.join(', ')}: quartiles and runs`,
    ...rest,
  });
}
