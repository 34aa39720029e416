/** Where SVG elements lie: jsdom draws nothing, so plotly's questions about sizes are answered here. */
import { pathPoints, type Point } from './path';

type Matrix = [number, number, number, number, number, number];

/** A box by its edges; empty when `left > right`. */
export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export interface TextStyle {
  size: number;
  weight: string;
  style: string;
}

/** Width in pixels of one line of text. */
export type MeasureText = (text: string, style: TextStyle) => number;

const identity: Matrix = [1, 0, 0, 1, 0, 0];
/** Inter's ascent and line height over its size. */
const ascent = 0.97;
const lineHeight = 1.21;

const multiply = (m: Matrix, n: Matrix): Matrix => [
  m[0] * n[0] + m[2] * n[1],
  m[1] * n[0] + m[3] * n[1],
  m[0] * n[2] + m[2] * n[3],
  m[1] * n[2] + m[3] * n[3],
  m[0] * n[4] + m[2] * n[5] + m[4],
  m[1] * n[4] + m[3] * n[5] + m[5],
];

/** The matrix of a `transform` attribute. */
export function parseTransform(text: string): Matrix {
  let matrix = identity;
  for (const [, name, list] of text.matchAll(/(\w+)\s*\(([^)]*)\)/g)) {
    const n = list
      .split(/[\s,]+/)
      .filter(Boolean)
      .map(Number);
    if (name === 'translate') matrix = multiply(matrix, [1, 0, 0, 1, n[0], n[1] ?? 0]);
    if (name === 'scale') matrix = multiply(matrix, [n[0], 0, 0, n[1] ?? n[0], 0, 0]);
    if (name === 'matrix') matrix = multiply(matrix, n as Matrix);
    if (name === 'rotate') {
      const [cos, sin] = [Math.cos((n[0] * Math.PI) / 180), Math.sin((n[0] * Math.PI) / 180)];
      const [x, y] = [n[1] ?? 0, n[2] ?? 0];
      matrix = multiply(matrix, [cos, sin, -sin, cos, x - x * cos + y * sin, y - x * sin - y * cos]);
    }
  }
  return matrix;
}

const boxOf = (points: Point[]): Box => ({
  left: Math.min(...points.map((p) => p.x)),
  top: Math.min(...points.map((p) => p.y)),
  right: Math.max(...points.map((p) => p.x)),
  bottom: Math.max(...points.map((p) => p.y)),
});

const corners = (b: Box): Point[] => [
  { x: b.left, y: b.top },
  { x: b.right, y: b.top },
  { x: b.left, y: b.bottom },
  { x: b.right, y: b.bottom },
];

const isEmpty = (b: Box): boolean => !(b.left <= b.right);

function transformed(box: Box, m: Matrix): Box {
  if (isEmpty(box)) return box;
  return boxOf(corners(box).map(({ x, y }) => ({ x: m[0] * x + m[2] * y + m[4], y: m[1] * x + m[3] * y + m[5] })));
}

const transformOf = (el: Element): Matrix => parseTransform(el.getAttribute('transform') ?? '');

/** A presentation property from the style attribute or its own attribute, inherited from the nearest ancestor that says. */
function property(el: Element | null, name: string): string | undefined {
  for (; el; el = el.parentElement) {
    const style = el.getAttribute('style');
    const found = style && new RegExp(`(?:^|;)\\s*${name}:\\s*([^;]+)`).exec(style)?.[1];
    const value = found || el.getAttribute(name);
    if (value) return value.trim();
  }
  return undefined;
}

/** Font size in pixels; a percentage is of the parent's, as in superscripts. */
function fontSize(el: Element): number {
  const given = property(el, 'font-size') ?? '12';
  if (!given.endsWith('%')) return parseFloat(given);
  let owner = el;
  while (owner.parentElement && property(owner.parentElement, 'font-size') === given) owner = owner.parentElement;
  return owner.parentElement ? (fontSize(owner.parentElement) * parseFloat(given)) / 100 : 12;
}

function textStyle(el: Element): TextStyle {
  return {
    size: fontSize(el),
    weight: property(el, 'font-weight') ?? 'normal',
    style: property(el, 'font-style') ?? 'normal',
  };
}

/** Width of a text node's content with the sizes and weights of the spans in it. */
function runWidth(node: Node, measure: MeasureText): number {
  if (node.nodeType === 3) {
    const text = node.textContent ?? '';
    return text && node.parentElement ? measure(text, textStyle(node.parentElement)) : 0;
  }
  return Array.from(node.childNodes).reduce((sum, child) => sum + runWidth(child, measure), 0);
}

function textBox(el: Element, measure: MeasureText): Box {
  const lines = Array.from(el.querySelectorAll('tspan.line'));
  const size = textStyle(el).size;
  const anchor = property(el, 'text-anchor') ?? 'start';
  const number = (e: Element, name: string): number => parseFloat(e.getAttribute(name) ?? '0') || 0;
  const boxes = (lines.length ? lines : [el]).map((line) => {
    const width = runWidth(line, measure);
    const x = number(line.hasAttribute('x') ? line : el, 'x');
    const left = x - (anchor === 'middle' ? width / 2 : anchor === 'end' ? width : 0);
    const baseline = number(line.hasAttribute('y') ? line : el, 'y') + number(line, 'dy') * size;
    const top = baseline - ascent * size;
    return { left, right: left + width, top, bottom: top + lineHeight * size };
  });
  return boxOf(boxes.flatMap(corners));
}

const unseen = new Set(['defs', 'clipPath', 'title', 'desc', 'style', 'linearGradient', 'radialGradient', 'pattern']);
const empty: Box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };

/** The box of an element in its own coordinates, before its `transform`; empty for what draws nothing. */
export function localBox(el: Element, measure: MeasureText): Box {
  const number = (name: string): number => parseFloat(el.getAttribute(name) ?? '0') || 0;
  const tag = el.tagName;
  if (unseen.has(tag) || /display:\s*none/.test(el.getAttribute('style') ?? '')) return empty;
  if (tag === 'text') return el.textContent ? textBox(el, measure) : empty;
  if (tag === 'path') return boxOf(pathPoints(el.getAttribute('d') ?? ''));
  if (tag === 'rect' || tag === 'image') {
    const [left, top] = [number('x'), number('y')];
    return { left, top, right: left + number('width'), bottom: top + number('height') };
  }
  if (tag === 'circle') {
    const [x, y, r] = [number('cx'), number('cy'), number('r')];
    return { left: x - r, top: y - r, right: x + r, bottom: y + r };
  }
  if (tag === 'line')
    return boxOf([
      { x: number('x1'), y: number('y1') },
      { x: number('x2'), y: number('y2') },
    ]);
  if (tag === 'tspan') return { ...empty, left: 0, right: runWidth(el, measure), top: 0, bottom: textStyle(el).size };
  const boxes = Array.from(el.children).map((child) => transformed(localBox(child, measure), transformOf(child)));
  const seen = boxes.filter((b) => !isEmpty(b));
  return seen.length ? boxOf(seen.flatMap(corners)) : empty;
}

/** The box of an element on the page. */
export function pageBox(el: Element, measure: MeasureText): Box {
  let box = localBox(el, measure);
  for (let e: Element | null = el; e; e = e.parentElement) box = transformed(box, transformOf(e));
  return isEmpty(box) ? { left: 0, top: 0, right: 0, bottom: 0 } : box;
}
