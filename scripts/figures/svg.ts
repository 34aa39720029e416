/** The strokes that all drawings share: a white card, one typeface, one kind of arrow, the course's colours. */
import { cycle, gate, ink, onWhite } from '../../lib/plot/colors';
import { escapeHTML } from '../../lib/table';

export { cycle, gate, ink };

export const fontStack = "Inter, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";

export interface Point {
  x: number;
  y: number;
}

/** A drawing's outer form. `desc` is what the picture shows, for those who cannot see it. */
export interface Card {
  width?: number;
  height: number;
  title: string;
  desc: string;
}

/** How much of a colour is left when it is mixed with white. */
export const tints = { faint: 0.12, light: 0.28, half: 0.55 } as const;

/** A colour mixed with white. */
export function tint(color: string, strength: keyof typeof tints): string {
  return `#${onWhite(color, tints[strength])
    .map((v) => v.toString(16).padStart(2, '0').toUpperCase())
    .join('')}`;
}

const n = (value: number): string => String(Math.round(value * 100) / 100);

/** The whole document: a white card with a thin frame, so that it is readable on light and dark pages and on paper. */
export function card({ width = 720, height, title, desc }: Card, ...parts: string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title desc" font-family="${fontStack}" font-size="14">`,
    `<title id="title">${escapeHTML(title)}</title>`,
    `<desc id="desc">${escapeHTML(desc)}</desc>`,
    `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="10" fill="${ink.paper}" stroke="${ink.frame}"/>`,
    ...parts.filter(Boolean),
    '</svg>',
    '',
  ].join('\n');
}

export interface TextStyle {
  size?: number;
  color?: string;
  anchor?: 'start' | 'middle' | 'end';
  weight?: 'normal' | 'bold';
  italic?: boolean;
}

/** Text with subscripts written as in `h_{t−1}`; `y` is the base line. */
export function text(x: number, y: number, content: string, style: TextStyle = {}): string {
  const { size = 14, color = ink.text, anchor = 'middle', weight = 'normal', italic } = style;
  const runs = escapeHTML(content)
    .split(/(_\{[^}]*\}|_[^\s{])/)
    .filter(Boolean);
  let back = false;
  const spans = runs.map((run) => {
    const low = /^_\{?([^}]*)\}?$/.exec(run)?.[1];
    if (low !== undefined) {
      back = true;
      return `<tspan dy="${n(size * 0.28)}" font-size="${n(size * 0.72)}">${low}</tspan>`;
    }
    if (!back) return run;
    back = false;
    return `<tspan dy="${n(-size * 0.28)}">${run}</tspan>`;
  });
  const look = `font-size="${size}" fill="${color}" text-anchor="${anchor}"${weight === 'bold' ? ' font-weight="bold"' : ''}${italic ? ' font-style="italic"' : ''}`;
  return `<text x="${n(x)}" y="${n(y)}" ${look}>${spans.join('')}</text>`;
}

/** Several lines of text, one below the other. */
export function lines(x: number, y: number, contents: readonly string[], style: TextStyle = {}): string {
  const step = (style.size ?? 14) * 1.4;
  return contents.map((content, i) => text(x, y + i * step, content, style)).join('\n');
}

export interface Shape {
  fill?: string;
  stroke?: string;
  width?: number;
  dash?: string;
  opacity?: number;
}

const paint = ({ fill = 'none', stroke = 'none', width = 1.5, dash, opacity }: Shape): string =>
  [
    `fill="${fill}"`,
    stroke === 'none' ? '' : `stroke="${stroke}" stroke-width="${width}"`,
    dash ? `stroke-dasharray="${dash}"` : '',
    opacity === undefined ? '' : `opacity="${opacity}"`,
  ]
    .filter(Boolean)
    .join(' ');

export const rect = (x: number, y: number, w: number, h: number, shape: Shape & { r?: number } = {}): string =>
  `<rect x="${n(x)}" y="${n(y)}" width="${n(w)}" height="${n(h)}" rx="${shape.r ?? 6}" ${paint(shape)}/>`;

export const circle = (x: number, y: number, r: number, shape: Shape = {}): string =>
  `<circle cx="${n(x)}" cy="${n(y)}" r="${n(r)}" ${paint(shape)}/>`;

export const path = (d: string, shape: Shape = {}): string =>
  `<path d="${d}" stroke-linecap="round" stroke-linejoin="round" ${paint(shape)}/>`;

export const line = (x1: number, y1: number, x2: number, y2: number, shape: Shape = {}): string =>
  path(`M${n(x1)} ${n(y1)}L${n(x2)} ${n(y2)}`, { stroke: ink.text, ...shape });

/** A box with a word in its middle. */
export function labelled(
  x: number,
  y: number,
  w: number,
  h: number,
  label: string,
  shape: Shape & { r?: number } = {},
  style: TextStyle = {},
): string {
  const size = style.size ?? 14;
  return rect(x, y, w, h, { stroke: ink.axis, ...shape }) + text(x + w / 2, y + h / 2 + size * 0.36, label, style);
}

/** A round node with a sign in it, such as × or +. */
export const node = (x: number, y: number, sign: string, color: string): string =>
  circle(x, y, 13, { fill: ink.paper, stroke: color, width: 2 }) +
  text(x, y + 6.5, sign, { size: 19, color, weight: 'bold' });

export interface ArrowStyle {
  color?: string;
  width?: number;
  dash?: string;
  /** Radius of the bends. */
  bend?: number;
  head?: boolean;
}

/** An arrow through points given as x, y, x, y …, with rounded bends and its head at the last point. */
export function arrow(
  points: readonly number[],
  { color = ink.text, width = 1.8, dash, bend = 8, head = true }: ArrowStyle = {},
): string {
  const at: Point[] = Array.from({ length: points.length / 2 }, (_, i) => ({ x: points[2 * i], y: points[2 * i + 1] }));
  const end = at[at.length - 1];
  const before = at[at.length - 2];
  const length = Math.hypot(end.x - before.x, end.y - before.y);
  const direction = { x: (end.x - before.x) / length, y: (end.y - before.y) / length };
  const size = 4 + 2.2 * width;
  const neck = head ? { x: end.x - direction.x * size * 0.8, y: end.y - direction.y * size * 0.8 } : end;
  const toward = (from: Point, to: Point, distance: number): Point => {
    const all = Math.hypot(to.x - from.x, to.y - from.y);
    const share = Math.min(0.5, distance / all);
    return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
  };
  let d = `M${n(at[0].x)} ${n(at[0].y)}`;
  for (let i = 1; i < at.length - 1; i++) {
    const [entry, exit] = [toward(at[i], at[i - 1], bend), toward(at[i], at[i + 1], bend)];
    d += `L${n(entry.x)} ${n(entry.y)}Q${n(at[i].x)} ${n(at[i].y)} ${n(exit.x)} ${n(exit.y)}`;
  }
  d += `L${n(neck.x)} ${n(neck.y)}`;
  const shaft = path(d, { stroke: color, width, dash });
  if (!head) return shaft;
  const side = { x: -direction.y * size * 0.5, y: direction.x * size * 0.5 };
  const back = { x: end.x - direction.x * size, y: end.y - direction.y * size };
  const tip = `M${n(end.x)} ${n(end.y)}L${n(back.x + side.x)} ${n(back.y + side.y)}L${n(back.x - side.x)} ${n(back.y - side.y)}Z`;
  return `${shaft}${path(tip, { fill: color })}`;
}

/** A title inside the card, top left. */
export const heading = (content: string): string =>
  text(24, 34, content, { size: 17, weight: 'bold', anchor: 'start' });

/** Small grey words that say what to see. */
export const remark = (
  x: number,
  y: number,
  content: string | readonly string[],
  anchor: TextStyle['anchor'] = 'start',
): string => lines(x, y, typeof content === 'string' ? [content] : content, { size: 13, color: ink.muted, anchor });
