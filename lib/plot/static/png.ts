/** SVG to PNG by resvg, set in the shipped font. */
import { picturePackage } from './packages';
import { fontFiles, fontName } from './fonts';

/**
 * Draws an SVG of `width` CSS pixels with `scale` device pixels to each.
 * Letters beyond Inter (Chinese, emoji) come from the machine's own fonts.
 */
export async function svgToPng(svg: string, width: number, scale: number): Promise<Buffer> {
  const { Resvg } = picturePackage<typeof import('@resvg/resvg-js')>('@resvg/resvg-js');
  // resvg knows SVG 1.1's name for "do not smooth", not CSS's.
  const crisp = svg.replace(/image-rendering:\s*pixelated/g, 'image-rendering: optimizeSpeed');
  const drawing = new Resvg(crisp, {
    fitTo: { mode: 'width', value: Math.round(width * scale) },
    background: '#FFFFFF',
    font: {
      loadSystemFonts: /[\u2e80-\uffff]/.test(svg),
      fontFiles: fontFiles(),
      defaultFontFamily: fontName,
      sansSerifFamily: fontName,
    },
  });
  return drawing.render().asPng();
}
