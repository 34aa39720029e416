/** Which ink can be read on a ground. */
const channels = (hex: string): number[] => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));

/** Relative luminance of a colour of three channels from 0 to 255, by WCAG 2: 0 is black, 1 is white. */
function luminance(rgb: number[]): number {
  const [r, g, b] = rgb.map((v) => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** The colour of a scale at a share of its length, mixed between its two neighbours as Plotly does; three channels from 0 to 255. */
export function colorAt(scale: readonly [number, string][], share: number): number[] {
  const held = Math.min(1, Math.max(0, share));
  const next = Math.max(
    1,
    scale.findIndex(([at]) => at >= held),
  );
  const [[from, low], [to, high]] = [scale[next - 1], scale[next]];
  const part = (held - from) / (to - from);
  const [a, b] = [channels(low), channels(high)];
  return a.map((v, i) => v + part * (b[i] - v));
}

/** Black or white, whichever stands out more; on any ground that is a contrast of more than 4.5 to 1. */
export function inkOn(ground: number[]): string {
  const l = luminance(ground);
  return (l + 0.05) / 0.05 >= 1.05 / (l + 0.05) ? '#000000' : '#FFFFFF';
}
