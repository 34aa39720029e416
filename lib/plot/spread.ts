/** How much a result moves from seed to seed. */
import { cycle, houseColor, ink, model } from './colors';
import { Figure } from './figure';
import type { Common } from './line';
import { annotationAt, axis, type Axis } from './style';
import { readable, row, type Numbers } from './values';

export interface SpreadOptions extends Common {
  x: Axis;
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

const groupAxis = (x: Axis, names: string[]): object => ({
  ...axis(x, 'x'),
  tickmode: 'array',
  tickvals: names.map((_, i) => i),
  ticktext: names,
  range: [-0.6, Math.max(names.length - 0.4, 1.1 * names.length - 0.7)],
  showgrid: false,
});

/**
 * Every run as a point, their mean as a bar with its value: for few runs, where a box would pretend to know more.
 * @throws if a group has no finite value.
 */
export function strip(options: SpreadOptions): Figure {
  const { title, x, y, groups: _groups, colors: _colors, ...rest } = options;
  const groups = groupsOf(options);
  const means: object[] = [];
  const data = groups.flatMap(({ name, values, color }, i) => {
    const finite = values.filter(Number.isFinite);
    const mean = finite.reduce((a, b) => a + b, 0) / finite.length;
    means.push({
      text: readable(Number(mean.toPrecision(4))),
      x: i + 0.27,
      y: annotationAt(mean, y),
      xanchor: 'left',
      xshift: 4,
      showarrow: false,
      font: { size: 12 },
    });
    const aside = values.map((_, k) => i + (values.length > 1 ? 0.24 * (k / (values.length - 1) - 0.5) : 0));
    return [
      {
        type: 'scatter',
        mode: 'lines',
        x: [i - 0.27, i + 0.27],
        y: [mean, mean],
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
    layout: { title: { text: title }, xaxis: groupAxis(x, names), yaxis: axis(y, 'y'), annotations: means },
    description: `${y.title} of ${names.join(', ')}: each run and the mean`,
    ...rest,
  });
}

/**
 * A box a group (quartiles, whiskers to 1.5 interquartile ranges) with its runs beside it.
 * @throws if a group has no finite value.
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
