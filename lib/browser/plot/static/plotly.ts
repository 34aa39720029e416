/** plotly.js as the page has it, under the name that its script gives it: `<script src="…/plotly.min.js">`. */
import type * as node from '../../../plot/static/plotly';

export type { PlotlySpec } from '../../../plot/static/plotly';

interface Plotly {
  toImage(spec: unknown, options: object): Promise<string>;
}

/** Draws by the page's plotly.js. @throws Error when the page has none */
export const drawSvg: typeof node.drawSvg = async (spec, width, height) => {
  const { Plotly } = globalThis as { Plotly?: Plotly };
  if (!Plotly)
    throw new Error(
      'A picture of a figure needs plotly.js in the page, as globalThis.Plotly: add the script of plotly.js-dist-min.',
    );
  return Plotly.toImage(spec, { format: 'svg', width, height, imageDataOnly: true });
};
