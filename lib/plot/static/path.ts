/** SVG path data as a polyline: jsdom knows no lengths of paths, and plotly needs them for arrows. */

export interface Point {
  x: number;
  y: number;
}

const argumentsOf: Record<string, number> = { M: 2, L: 2, H: 1, V: 1, C: 6, S: 4, Q: 4, T: 2, A: 7, Z: 0 };
const curveSteps = 12;

function bezier(points: Point[], t: number): Point {
  if (points.length === 1) return points[0];
  const between = points.slice(1).map((p, i) => ({
    x: points[i].x + t * (p.x - points[i].x),
    y: points[i].y + t * (p.y - points[i].y),
  }));
  return bezier(between, t);
}

/** An elliptic arc from one point to another (SVG 1.1, appendix F.6.5), without its first point. */
function arc(from: Point, to: Point, rx: number, ry: number, tilt: number, large: boolean, sweep: boolean): Point[] {
  if (!rx || !ry) return [to];
  const [cos, sin] = [Math.cos((tilt * Math.PI) / 180), Math.sin((tilt * Math.PI) / 180)];
  const [dx, dy] = [(from.x - to.x) / 2, (from.y - to.y) / 2];
  const [px, py] = [cos * dx + sin * dy, -sin * dx + cos * dy];
  const grow = Math.sqrt(Math.max(1, (px / rx) ** 2 + (py / ry) ** 2));
  [rx, ry] = [Math.abs(rx) * grow, Math.abs(ry) * grow];
  const spread = (rx * py) ** 2 + (ry * px) ** 2;
  const k = spread ? Math.sqrt(Math.max(0, ((rx * ry) ** 2 - spread) / spread)) * (large === sweep ? -1 : 1) : 0;
  const [ox, oy] = [(k * rx * py) / ry, (-k * ry * px) / rx];
  const center = { x: cos * ox - sin * oy + (from.x + to.x) / 2, y: sin * ox + cos * oy + (from.y + to.y) / 2 };
  const start = Math.atan2((py - oy) / ry, (px - ox) / rx);
  let turn = Math.atan2((-py - oy) / ry, (-px - ox) / rx) - start;
  if (sweep && turn < 0) turn += 2 * Math.PI;
  if (!sweep && turn > 0) turn -= 2 * Math.PI;
  return Array.from({ length: curveSteps }, (_, i) => {
    const angle = start + (turn * (i + 1)) / curveSteps;
    const [ex, ey] = [rx * Math.cos(angle), ry * Math.sin(angle)];
    return { x: center.x + cos * ex - sin * ey, y: center.y + sin * ex + cos * ey };
  });
}

/** The points of a path's `d`, curves cut into short straight pieces; its sub-paths follow one another. */
export function pathPoints(d: string): Point[] {
  const points: Point[] = [];
  let [at, first, control]: Point[] = Array.from({ length: 3 }, () => ({ x: 0, y: 0 }));
  for (const [, letter, rest] of d.matchAll(/([a-zA-Z])([^a-zA-Z]*(?:e[-+]?\d+[^a-zA-Z]*)*)/g)) {
    const command = letter.toUpperCase();
    const numbers = (rest.match(/[-+]?(?:\d*\.\d+|\d+\.?)(?:e[-+]?\d+)?/gi) ?? []).map(Number);
    const size = argumentsOf[command];
    if (size === undefined) continue;
    for (let i = 0; i === 0 || (size > 0 && i + size <= numbers.length); i += size || 1) {
      const a = numbers.slice(i, i + size);
      const origin = letter === command ? { x: 0, y: 0 } : at;
      const point = (k: number): Point => ({ x: origin.x + a[k], y: origin.y + a[k + 1] });
      const mirrored = { x: 2 * at.x - control.x, y: 2 * at.y - control.y };
      let to = at;
      let curve: Point[] = [];
      if (command === 'M' || command === 'L' || command === 'T') to = point(0);
      if (command === 'H') to = { x: origin.x + a[0], y: at.y };
      if (command === 'V') to = { x: at.x, y: origin.y + a[0] };
      if (command === 'Z') to = first;
      if (command === 'C') curve = [at, point(0), point(2), (to = point(4))];
      if (command === 'S') curve = [at, mirrored, point(0), (to = point(2))];
      if (command === 'Q') curve = [at, point(0), (to = point(2))];
      if (command === 'T') curve = [at, mirrored, to];
      if (command === 'A') {
        to = point(5);
        points.push(...arc(at, to, a[0], a[1], a[2], a[3] === 1, a[4] === 1));
      } else if (curve.length) {
        for (let step = 1; step <= curveSteps; step++) points.push(bezier(curve, step / curveSteps));
      } else points.push(to);
      control = curve.length ? curve[curve.length - 2] : to;
      if (command === 'M' && i === 0) first = to;
      at = to;
    }
  }
  return points;
}

/** Length of a path in user units. */
export function pathLength(d: string): number {
  const points = pathPoints(d);
  return points.slice(1).reduce((sum, p, i) => sum + Math.hypot(p.x - points[i].x, p.y - points[i].y), 0);
}

/** The point that lies `distance` user units along a path; its end when the path is shorter. */
export function pointAtLength(d: string, distance: number): Point {
  const points = pathPoints(d);
  let left = distance;
  for (let i = 1; i < points.length; i++) {
    const [a, b] = [points[i - 1], points[i]];
    const piece = Math.hypot(b.x - a.x, b.y - a.y);
    if (piece > 0 && left <= piece)
      return { x: a.x + ((b.x - a.x) * left) / piece, y: a.y + ((b.y - a.y) * left) / piece };
    left -= piece;
  }
  return points[points.length - 1] ?? { x: 0, y: 0 };
}
