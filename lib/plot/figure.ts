/** One figure: interactive (plotly JSON), still (PNG), and in words. */
import path from 'node:path';
import { replaceFile } from '../files';
import { display, displaySymbol, type Displayable, type DisplayHandle, type MimeBundle } from '../notebook';
import { logTicks } from './log-ticks';
import { defaultWidth, houseLayout } from './style';
import type { PlotlySpec } from './static/plotly';
import { plain } from './values';

/** What `plot.figure` takes: plotly's traces and layout; the layout holds the title and may hold the size. */
export interface FigureSpec {
  /** Plotly's traces. */
  data: object[];
  /** Plotly's layout. */
  layout?: object;
  /** CSS pixels; default 720, a notebook's text width on a laptop. */
  width?: number;
  /** CSS pixels; default 400. */
  height?: number;
  /** What the figure shows in one or two sentences, for those who cannot see it. */
  description?: string;
}

export const plotlyMime = 'application/vnd.plotly.v1+json';
const config = { displayModeBar: false, displaylogo: false, responsive: false };

const textOf = (title: unknown): string => {
  const text = typeof title === 'string' ? title : ((title as { text?: unknown } | undefined)?.text ?? '');
  return String(text)
    .replace(/<br>/g, ' ')
    .replace(/<[^>]*>/g, '')
    .trim();
};

function describe({ data, layout }: PlotlySpec): string {
  const names = [...new Set(data.map((trace) => trace.name).filter((n): n is string => typeof n === 'string' && !!n))];
  const axis = (key: string): string => textOf((layout[key] as { title?: unknown } | undefined)?.title);
  const over = axis('xaxis') && axis('yaxis') ? `${axis('yaxis')} over ${axis('xaxis')}` : '';
  return [over, names.length > 1 ? names.join(', ') : ''].filter(Boolean).join(': ');
}

/** What the legend will say: plotly shows one as soon as two traces have names. */
function legendNames(data: Record<string, unknown>[], showLegend: unknown): string[] {
  const shown = data.filter((trace) => trace.showlegend !== false);
  const entries = shown.map((trace) => trace.name).filter((name): name is string => typeof name === 'string' && !!name);
  return showLegend === false || (entries.length < 2 && showLegend !== true) ? [] : entries;
}

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0].slice(0, 200);

/**
 * A plotly figure that a notebook shows richly and that can be saved as a picture.
 * Make one with the functions of `plot`; give it as the last expression of a cell, or call `show()`.
 */
export class Figure implements Displayable {
  readonly title: string;
  readonly width: number;
  readonly height: number;
  /** What the figure shows, in words. */
  readonly description: string;
  private readonly spec: PlotlySpec;

  /** @throws if the figure has no title or no traces. */
  constructor({ data, layout = {}, width = defaultWidth, height = 400, description }: FigureSpec) {
    const given = plain(layout) as Record<string, unknown>;
    this.title = textOf(given.title);
    if (!this.title)
      throw new Error("A figure needs a title that says what one sees: title: 'Validation loss by epoch'.");
    if (!Array.isArray(data) || data.length === 0) throw new Error(`The figure "${this.title}" has no traces.`);
    this.width = typeof given.width === 'number' ? given.width : width;
    this.height = typeof given.height === 'number' ? given.height : height;
    this.spec = {
      data: plain(data) as Record<string, unknown>[],
      layout: {},
    };
    const names = legendNames(this.spec.data, given.showlegend);
    for (const [key, value] of Object.entries(given)) {
      const axis = value as { type?: string; tickvals?: unknown; range?: [number, number] };
      if (/^[xy]axis\d*$/.test(key) && axis.type === 'log' && !axis.tickvals)
        Object.assign(axis, logTicks(this.spec.data, key.replace('axis', ''), axis.range));
    }
    this.spec.layout = houseLayout({ ...given, width: this.width, height: this.height }, names);
    this.description = description ?? describe(this.spec);
  }

  /** The figure as plotly.js takes it: `{data, layout, config}`, plain JSON. */
  toJSON(): PlotlySpec & { config: object } {
    return { ...this.spec, config };
  }

  toString(): string {
    return `[Figure] ${this.title}${this.description ? ` (${this.description})` : ''}`;
  }

  /** The figure as an SVG document, drawn by plotly.js without a browser. */
  async toSVG(): Promise<string> {
    const { drawSvg } = await import('./static/plotly');
    return drawSvg(this.spec, this.width, this.height);
  }

  /** The figure as a PNG with `scale` device pixels to a CSS pixel (default 2, for print and sharp screens). */
  async toPNG({ scale = 2 }: { scale?: number } = {}): Promise<Buffer> {
    const { svgToPng } = await import('./static/png');
    return svgToPng(await this.toSVG(), this.width, scale);
  }

  /**
   * Writes the figure as `.png`, `.svg` or `.json`; the file appears whole or not at all.
   * @throws on any other ending.
   */
  async save(file: string, options?: { scale?: number }): Promise<void> {
    const kind = path.extname(file).toLowerCase();
    if (!['.png', '.svg', '.json'].includes(kind))
      throw new Error(`A figure is saved as .png, .svg or .json, not "${path.basename(file)}".`);
    const content =
      kind === '.png' ? await this.toPNG(options) : kind === '.svg' ? await this.toSVG() : JSON.stringify(this);
    replaceFile(file, content);
  }

  /**
   * The figure in all its forms. Where the still picture cannot be made, the text says why; nothing is thrown.
   * The picture has one device pixel to a CSS pixel: JupyterLab shows it in its natural size until the mouse enters.
   */
  async [displaySymbol](): Promise<MimeBundle> {
    const bundle: MimeBundle = { [plotlyMime]: this.toJSON(), 'text/plain': this.toString() };
    try {
      bundle['image/png'] = (await this.toPNG({ scale: 1 })).toString('base64');
    } catch (error) {
      bundle['text/plain'] = `${this.toString()} (no still picture: ${firstLine(error)})`;
    }
    return bundle;
  }

  /** Shows the figure under the running cell, for a cell that shows more than one. */
  async show(): Promise<DisplayHandle> {
    return display(await this[displaySymbol]());
  }
}

/**
 * A figure from plotly's own traces and layout, in the house style.
 * @throws if it has no title, no traces, or an axis without a title.
 *
 * @example
 * const figure = plot.figure({ data: [{ x: [1, 2], y: [3, 4] }], layout: { title: { text: 'Two points' } } });
 * console.log(figure.toJSON().data.length, String(figure)); // 1 [Figure] Two points
 */
export function figure(spec: FigureSpec): Figure {
  return new Figure(spec);
}
