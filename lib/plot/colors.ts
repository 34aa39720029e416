/** The course's colours: one for each gate and one for each model, in plots, drawings and formulas alike. */

/**
 * Parts of an LSTM cell. Wong's palette (Nature Methods 8, 441, 2011): told apart with any colour vision.
 *
 * @example
 * console.log(plot.colors.gate.forget); // #D55E00
 */
export const gate = {
  forget: '#D55E00',
  input: '#0072B2',
  candidate: '#009E73',
  output: '#CC79A7',
  cell: '#E69F00',
  hidden: '#56B4E9',
} as const;

/**
 * Models, references and the truth: none of them wears a gate's colour.
 *
 * @example
 * console.log(plot.colors.model.lstm); // #332288
 */
export const model = {
  simpleRNN: '#8C8C8C',
  lstm: '#332288',
  gru: '#999933',
  baseline: '#B0B0B0',
  truth: '#222222',
} as const;

/**
 * The order in which series take their colours when neither a gate nor a model is named: Tol's muted palette (2021), no gate's colour.
 *
 * @example
 * console.log(plot.colors.cycle.length, plot.colors.cycle[0]); // 8 #332288
 */
export const cycle = ['#332288', '#CC6677', '#117733', '#999933', '#882255', '#44AA99', '#AA4499', '#8C8C8C'] as const;

/**
 * Behind words that count for and against.
 *
 * @example
 * console.log(plot.colors.sign); // { plus: '#DDCC77', minus: '#88CCEE' }
 */
export const sign = { plus: '#DDCC77', minus: '#88CCEE' } as const;

/**
 * Paper, text and lines.
 *
 * @example
 * console.log(plot.colors.ink.text); // #222222
 */
export const ink = {
  paper: '#FFFFFF',
  text: '#222222',
  muted: '#5A5A5A',
  axis: '#8A8A8A',
  grid: '#E6E6E6',
  frame: '#D0D0D0',
} as const;

/**
 * From nothing (white) to much (dark blue): printed in grey it keeps its order.
 *
 * @example
 * console.log(plot.colors.sequential[0]); // [ 0, '#FFFFFF' ]
 */
export const sequential: [number, string][] = [
  [0, '#FFFFFF'],
  [0.25, '#CFE3F1'],
  [0.5, '#7FB5DA'],
  [0.75, '#2F7FB8'],
  [1, '#08306B'],
];

/**
 * From negative (vermilion) over zero (white) to positive (blue).
 *
 * @example
 * console.log(plot.colors.diverging.length); // 5
 */
export const diverging: [number, string][] = [
  [0, '#A63D00'],
  [0.25, '#EBA46F'],
  [0.5, '#FFFFFF'],
  [0.75, '#7FB5DA'],
  [1, '#004C7A'],
];

const named: [RegExp, string][] = [
  [/rnn\b/i, model.simpleRNN],
  [/lstm\b/i, model.lstm],
  [/gru\b/i, model.gru],
  [/baseline|naive|^linear\b|persistence|chance/i, model.baseline],
  [/^(truth|true|target|actual|measured)\b/i, model.truth],
  [/^forget\b/i, gate.forget],
  [/^input gate$/i, gate.input],
  [/^candidate\b/i, gate.candidate],
  [/^output gate$/i, gate.output],
  [/^cell\b/i, gate.cell],
  [/^hidden\b/i, gate.hidden],
];

/**
 * The house colour of a name such as `'LSTM'`, `'forget gate'` or `'truth'`, if it has one.
 *
 * @example
 * console.log(plot.colors.houseColor('LSTM'), plot.colors.houseColor('anything else')); // #332288 undefined
 */
export function houseColor(name: string): string | undefined {
  return named.find(([pattern]) => pattern.test(name))?.[1];
}

/**
 * A colour for each name: its house colour, unless another has taken it, or the next free one of the cycle.
 *
 * @example
 * console.log(plot.colors.colorsFor(['LSTM', 'a', 'b'])); // [ '#332288', '#CC6677', '#117733' ]
 */
export function colorsFor(names: readonly string[]): string[] {
  const house = names.map(houseColor);
  const own = house.map((color, i) => (house.indexOf(color) === i ? color : undefined));
  const taken = new Set(own.filter(Boolean));
  const free = cycle.filter((color) => !taken.has(color));
  let next = 0;
  return own.map((color) => color ?? (free.length ? free[next++ % free.length] : cycle[next++ % cycle.length]));
}

/**
 * `#RRGGBB` with an opacity between 0 and 1, as CSS.
 *
 * @example
 * console.log(plot.colors.withOpacity('#0072B2', 0.5)); // rgba(0,114,178,0.5)
 */
export function withOpacity(color: string, opacity: number): string {
  const [r, g, b] = channels(color);
  return `rgba(${r},${g},${b},${opacity})`;
}

/**
 * Red, green and blue of `#RRGGBB`, each from 0 to 255.
 *
 * @example
 * console.log(plot.colors.channels('#0072B2')); // [ 0, 114, 178 ]
 */
export const channels = (color: string): number[] => [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));

/**
 * A colour mixed with white, as channels; a `strength` of 1 leaves it as it is.
 *
 * @example
 * console.log(plot.colors.onWhite('#000000', 0.5)); // [ 128, 128, 128 ]
 */
export const onWhite = (color: string, strength: number): number[] =>
  channels(color).map((value) => Math.round(255 + (value - 255) * strength));

/**
 * The colour of a scale at a share of its length, mixed between its two neighbours as Plotly does; three channels from 0 to 255.
 *
 * @example
 * console.log(plot.colors.colorAt([[0, '#000000'], [1, '#FFFFFF']], 0.5)); // [ 127.5, 127.5, 127.5 ]
 */
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
