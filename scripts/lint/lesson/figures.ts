/** Rules of figures: a title, names on the axes, a static picture beside the interactive one, words for those who cannot see it. */
import { textOf } from '../../notebooks/notebook';
import { codeCells, inCell, markdownCells, outputsOf, type Rule } from './lesson';

interface Axis {
  title?: string | { text?: string };
  visible?: boolean;
  showticklabels?: boolean;
  domain?: [number, number];
}

interface Figure {
  data?: { type?: string; xaxis?: string; yaxis?: string; visible?: boolean }[];
  layout?: Record<string, unknown> & { title?: string | { text?: string } };
}

const plotlyType = 'application/vnd.plotly.v1+json';
const cartesian = /^(scatter|scattergl|bar|heatmap|histogram|histogram2d|contour|box|violin|waterfall)$/;

export const figures: Rule = (lesson) =>
  codeCells(lesson).flatMap((cell) =>
    outputsOf(cell)
      .filter((output) => output.data?.[plotlyType])
      .flatMap((output) => {
        const problems = judgeFigure(output.data![plotlyType] as Figure);
        if (!output.data!['image/png']) problems.push('a figure has no static picture beside it');
        return problems.map((message) => inCell(lesson, cell, message));
      }),
  );

/** What a plotly figure lacks. */
export function judgeFigure(figure: Figure): string[] {
  const { data = [], layout = {} } = figure;
  if (!isDrawable(data, layout)) return ['a figure is not made of traces and a layout'];
  const problems: string[] = [];
  if (!titleOf(layout.title)) problems.push('a figure has no title');
  const used = new Set(
    data
      .filter(({ type = 'scatter', visible }) => cartesian.test(type) && visible !== false)
      .flatMap(({ xaxis = 'x', yaxis = 'y' }) => [axisName(xaxis), axisName(yaxis)]),
  );
  for (const name of used) {
    const axis = layout[name] as Axis | undefined;
    const hidden = axis?.visible === false || axis?.showticklabels === false;
    if (!hidden && !titleOf(axis?.title) && !namedByNeighbour(name, layout)) {
      problems.push(`a figure's ${name} has no title: name the quantity and its unit`);
    }
  }
  return problems;
}

const isFields = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

function isDrawable(data: unknown, layout: object): boolean {
  const isName = (value: unknown) => value === undefined || typeof value === 'string';
  const isTrace = (trace: Record<string, unknown>) =>
    isFields(trace) && [trace.type, trace.xaxis, trace.yaxis].every(isName);
  const isAxis = ([name, value]: [string, unknown]) => !/^[xy]axis/.test(name) || isFields(value);
  return Array.isArray(data) && data.every(isTrace) && isFields(layout) && Object.entries(layout).every(isAxis);
}

/** In a row of panels one name serves all vertical axes, in a column of panels all horizontal ones. */
function namedByNeighbour(name: string, layout: Record<string, unknown>): boolean {
  const domain = (layout[name] as Axis | undefined)?.domain;
  return Object.entries(layout).some(([other, value]) => {
    const axis = value as Axis | undefined;
    const sameKind = other.startsWith(name.slice(0, 5)) && other !== name;
    return sameKind && titleOf(axis?.title) !== '' && domain !== undefined && String(axis?.domain) === String(domain);
  });
}

/** The layout's name of an axis: `x2` is `xaxis2`. */
const axisName = (id: string): string => `${id[0]}axis${id.slice(1)}`;

const titleOf = (title: string | { text?: string } | undefined): string =>
  String((typeof title === 'string' ? title : title?.text) ?? '').trim();

export const altText: Rule = (lesson) =>
  markdownCells(lesson).flatMap((cell) => {
    const text = textOf(cell.source);
    const silent =
      /!\[\s*\]\(/.test(text) || [...text.matchAll(/<img\b[^<>]*>/g)].some(([tag]) => !/\balt="[^"]+"/.test(tag));
    return silent ? [inCell(lesson, cell, 'shows a picture without alternative text')] : [];
  });
