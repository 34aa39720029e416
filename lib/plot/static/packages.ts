/** What draws a static picture: a page without a browser, a canvas, and a renderer of SVG. */
import { optionalPackage } from '../../optional-package';

const packages = ['jsdom', '@napi-rs/canvas', '@resvg/resvg-js'] as const;

/** One of the packages that static pictures need; throws the command that installs them all. */
export const picturePackage = <T>(name: (typeof packages)[number]): T =>
  optionalPackage<T>(name, 'A static picture of a figure', packages);
