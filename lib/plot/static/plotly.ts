/** plotly.js without a browser: jsdom for its document, a canvas for widths of text and pictures of heat maps. */
import fs from 'node:fs';
import type { Canvas } from '@napi-rs/canvas';
import type { DOMWindow } from 'jsdom';
import { fontFiles, fontName } from './fonts';
import { localBox, pageBox, type Box, type TextStyle } from './geometry';
import { picturePackage } from './packages';
import { pathLength, pointAtLength } from './path';

/** A figure in plotly's own terms. */
export interface PlotlySpec {
  /** The traces. */
  data: Record<string, unknown>[];
  /** Title, axes, size. */
  layout: Record<string, unknown>;
}

interface Plotly {
  toImage(
    spec: unknown,
    options: { format: 'svg'; width: number; height: number; imageDataOnly: true },
  ): Promise<string>;
}

type PlotlyWindow = DOMWindow & { Plotly: Plotly; eval(code: string): unknown };

const rectangle = (b: Box): DOMRect => {
  const size = { x: b.left, y: b.top, width: b.right - b.left, height: b.bottom - b.top };
  const rect = { ...b, ...size };
  return { ...rect, toJSON: () => rect };
};

/** Gives the window's SVG elements their sizes and its canvases their pixels. */
function furnish(window: PlotlyWindow, canvas: typeof import('@napi-rs/canvas')): void {
  for (const file of fontFiles()) canvas.GlobalFonts.registerFromPath(file, fontName);
  const pen = canvas.createCanvas(1, 1).getContext('2d');
  const measure = (text: string, { size, weight, style }: TextStyle): number => {
    pen.font = `${style} ${weight} ${size}px ${fontName}`;
    return pen.measureText(text).width;
  };
  const { Element, SVGElement, HTMLCanvasElement } = window;
  const give = (prototype: object, methods: Record<string, unknown>): void => void Object.assign(prototype, methods);
  const box = (el: Element): DOMRect => rectangle(localBox(el, measure));
  const page = { left: 0, top: 0, right: 1000, bottom: 1000 };
  give(Element.prototype, {
    getBoundingClientRect(this: Element) {
      return rectangle(this instanceof SVGElement ? pageBox(this, measure) : page);
    },
  });
  give(SVGElement.prototype, {
    getBBox(this: Element) {
      const b = box(this);
      return Number.isFinite(b.width) ? b : rectangle({ left: 0, top: 0, right: 0, bottom: 0 });
    },
    getComputedTextLength(this: Element) {
      return Math.max(0, box(this).width);
    },
    getTotalLength(this: Element) {
      return pathLength(this.getAttribute('d') ?? '');
    },
    getPointAtLength(this: Element, distance: number) {
      return pointAtLength(this.getAttribute('d') ?? '', distance);
    },
  });
  const surfaces = new WeakMap<object, Canvas>();
  const surface = (el: { width: number; height: number }): Canvas => {
    const made = surfaces.get(el);
    if (made && made.width === el.width && made.height === el.height) return made;
    const fresh = canvas.createCanvas(el.width, el.height);
    surfaces.set(el, fresh);
    return fresh;
  };
  give(HTMLCanvasElement.prototype, {
    getContext(this: HTMLCanvasElement, kind: string) {
      return kind === '2d' ? surface(this).getContext('2d') : null;
    },
    toDataURL(this: HTMLCanvasElement) {
      return surface(this).toDataURL('image/png');
    },
  });
  give(window, { TextDecoder, TextEncoder });
  give(window.URL, { createObjectURL: () => '', revokeObjectURL: () => undefined });
}

/** Loads jsdom and plotly.js, once and only when a picture is wanted: about a second. */
function start(): PlotlyWindow {
  const { JSDOM, VirtualConsole } = picturePackage<typeof import('jsdom')>('jsdom');
  const canvas = picturePackage<typeof import('@napi-rs/canvas')>('@napi-rs/canvas');
  const dom = new JSDOM('<!doctype html><html><body></body></html>', {
    runScripts: 'outside-only',
    pretendToBeVisual: true,
    virtualConsole: new VirtualConsole(),
  });
  const window = dom.window as unknown as PlotlyWindow;
  furnish(window, canvas);
  window.eval(fs.readFileSync(require.resolve('plotly.js-dist-min/plotly.min.js'), 'utf8'));
  return window;
}

let started: PlotlyWindow | undefined;
let last: Promise<unknown> = Promise.resolve();

/** The SVG that plotly.js draws of a figure; one figure at a time. */
export function drawSvg(spec: PlotlySpec, width: number, height: number): Promise<string> {
  const draw = async (): Promise<string> => {
    const window = (started ??= start());
    const own = (window as unknown as { JSON: JSON }).JSON.parse(JSON.stringify(spec)) as unknown;
    return window.Plotly.toImage(own, { format: 'svg', width, height, imageDataOnly: true });
  };
  const drawn = last.then(draw);
  last = drawn.catch(() => undefined);
  return drawn;
}
