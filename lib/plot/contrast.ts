/** Which ink can be read on a ground. */

/** Relative luminance of a colour of three channels from 0 to 255, by WCAG 2: 0 is black, 1 is white. */
function luminance(rgb: number[]): number {
  const [r, g, b] = rgb.map((v) => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Black or white, whichever stands out more; on any ground that is a contrast of more than 4.5 to 1. */
export function inkOn(ground: number[]): string {
  const l = luminance(ground);
  return (l + 0.05) / 0.05 >= 1.05 / (l + 0.05) ? '#000000' : '#FFFFFF';
}
