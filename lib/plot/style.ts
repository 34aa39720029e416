/** The house style: a white card, readable in light and dark surroundings and in print, at a laptop's text width. */
import { cycle, ink } from './colors';
import { fontFamily } from './static/fonts';

/** An axis as the functions of `plot` take it: a title always, a unit where there is one. */
export interface Axis {
  /** What it measures. */
  title: string;
  /** Shown in brackets behind the title, as in `temperature (°C)`. */
  unit?: string;
  /** How values spread over it; default: linear. */
  scale?: 'linear' | 'log';
  /** First and last value shown. */
  range?: [number, number];
  /** Where the ticks stand, and what they say if not their value. */
  ticks?: { at: readonly number[]; text?: readonly string[] };
}

/** Where an annotation stands: plotly wants the logarithm on a logarithmic axis, unlike for traces and shapes. */
export const annotationAt = (value: number, { scale }: Axis): number => (scale === 'log' ? Math.log10(value) : value);

/** Ticks on whole numbers from first to last, at most about `most` of them. */
export function wholeTicks(first: number, last: number, most: number): { at: number[] } {
  const rough = Math.max(1, (last - first) / most);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.ceil([1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough) ?? rough);
  const start = step === 1 ? first : Math.ceil(first / step) * step;
  return { at: Array.from({ length: Math.floor((last - start) / step) + 1 }, (_, i) => start + i * step) };
}

type Layout = Record<string, unknown>;

const isObject = (value: unknown): value is Layout =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `over` on top of `base`, objects merged at every depth. */
export function merge(base: Layout, over: Layout): Layout {
  const merged = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key];
    merged[key] = isObject(below) && isObject(value) ? merge(below, value) : value;
  }
  return merged;
}

/**
 * An axis for plotly.
 * @throws if the title is missing: a reader must know what the numbers are.
 */
export function axis(given: Axis, name: string): Layout {
  if (!given?.title?.trim())
    throw new Error(`The ${name} axis needs a title: ${name}: { title: 'temperature', unit: '°C' }.`);
  const log = given.scale === 'log';
  const ticks = given.ticks;
  return {
    title: { text: given.unit ? `${given.title} (${given.unit})` : given.title },
    ...(log && { type: 'log', exponentformat: 'power', showexponent: 'all' }),
    ...(given.range && { range: log ? given.range.map(Math.log10) : given.range }),
    ...(ticks && { tickmode: 'array', tickvals: [...ticks.at], ticktext: (ticks.text ?? ticks.at).map(String) }),
  };
}

const axisStyle: Layout = {
  automargin: true,
  showline: true,
  linecolor: ink.axis,
  linewidth: 1,
  ticks: 'outside',
  ticklen: 4,
  tickcolor: ink.axis,
  gridcolor: ink.grid,
  zeroline: false,
  tickfont: { size: 12 },
  title: { font: { size: 13 }, standoff: 8 },
};

const house: Layout = {
  font: { family: fontFamily, size: 13, color: ink.text },
  paper_bgcolor: ink.paper,
  plot_bgcolor: ink.paper,
  colorway: [...cycle],
  hovermode: 'closest',
  hoverlabel: { font: { family: fontFamily, size: 12 } },
};

const titleSize = 16;
const titleLine = 21;
const legendLine = 19;
/** Of a letter of 12 pixels, about. */
export const letterWidth = 6.8;
/** Of a figure, in CSS pixels: a notebook's text width on a laptop. */
export const defaultWidth = 720;

/** A title broken into lines that fit the figure. */
function lines(text: string, width: number): string[] {
  const most = Math.floor((width - 40) / (titleSize * 0.53));
  return text.split('<br>').flatMap((part) => {
    const broken = [''];
    for (const word of part.split(' ')) {
      const at = broken.length - 1;
      if (broken[at] && broken[at].length + 1 + word.length > most) broken.push(word);
      else broken[at] = broken[at] ? `${broken[at]} ${word}` : word;
    }
    return broken;
  });
}

/** Rows that a horizontal legend takes: one if all fits, else columns as wide as the widest entry. */
function legendRows(names: string[], width: number): number {
  const widths = names.map((name) => 45 + letterWidth * name.replace(/<[^>]*>/g, '').length);
  const room = width - 90;
  if (names.length === 0 || widths.reduce((a, b) => a + b, 0) <= room) return Math.min(1, names.length);
  return Math.ceil(names.length / Math.max(1, Math.floor(room / Math.max(...widths))));
}

/**
 * A layout in the house style; what is given wins.
 * Title and legend stand above the plot, one below the other, so that neither covers a curve nor is cut off.
 */
export function houseLayout(given: Layout, legendNames: string[]): Layout {
  const [width, height] = [given.width as number, given.height as number];
  const title: Layout = isObject(given.title) ? given.title : { text: String(given.title ?? '') };
  const titleLines = lines(String(title.text), width);
  const head = 12 + titleLine * titleLines.length;
  const rows = legendRows(legendNames, width);
  const above = Number(given.roomAbove ?? 0);
  const layout = merge(
    {
      ...house,
      margin: { l: 64, r: 24, t: head + (rows ? 4 + legendLine * rows : 0) + 12 + above, b: 52 },
      showlegend: rows > 0,
      legend: {
        orientation: 'h',
        tracegroupgap: 0,
        x: 0,
        xanchor: 'left',
        y: 1 - (head + 2) / height,
        yanchor: 'top',
        yref: 'container',
        font: { size: 12 },
        bgcolor: 'rgba(0,0,0,0)',
      },
    },
    given,
  );
  delete layout.roomAbove;
  layout.title = {
    x: 0,
    xref: 'paper',
    xanchor: 'left',
    y: 1 - (12 + titleSize * 0.75) / height,
    yref: 'container',
    yanchor: 'bottom',
    font: { size: titleSize, color: ink.text },
    ...title,
    text: titleLines.join('<br>'),
  };
  for (const key of Object.keys(layout))
    if (/^[xy]axis\d*$/.test(key)) layout[key] = merge(axisStyle, (given[key] ?? {}) as Layout);
  return layout;
}
