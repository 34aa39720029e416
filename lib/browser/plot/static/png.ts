/** SVG to PNG by the browser's own canvas. */
import type * as node from '../../../plot/static/png';

/** The bytes of the picture; a `Uint8Array`, which is all that a page has of Node's `Buffer`. */
export const svgToPng: typeof node.svgToPng = async (svg, width, scale) => {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round((canvas.width * image.height) / image.width);
  const pen = canvas.getContext('2d')!;
  pen.fillStyle = '#FFFFFF';
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  const drawn = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (!drawn) throw new Error('This browser cannot make a PNG of the figure: it is too large for a canvas.');
  return new Uint8Array(await drawn.arrayBuffer()) as Buffer;
};
