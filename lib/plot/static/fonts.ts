/** The font that the static pictures are set in: Inter, shipped with the library, so that no machine's fonts matter. */
import path from 'node:path';

const folder = (): string => path.dirname(require.resolve('@expo-google-fonts/inter/package.json'));

/** Font files by weight and style. */
export function fontFiles(): string[] {
  return ['400Regular/Inter_400Regular', '400Regular_Italic/Inter_400Regular_Italic', '700Bold/Inter_700Bold'].map(
    (name) => path.join(folder(), `${name}.ttf`),
  );
}

export const fontName = 'Inter';

/** What a browser is asked for: Inter where it is installed, else the plain font of the system. (No quotes: plotly garbles them in SVG.) */
export const fontFamily = `${fontName}, Segoe UI, Roboto, Helvetica Neue, Arial, sans-serif`;
