/** Curves with sliders under them: the reader turns the numbers that they depend on. */
import { colorsFor } from './colors';
import { Figure } from './figure';
import { seriesTraces, type Common, type Series } from './line';
import { axis, type Axis } from './style';

/** Options of {@link sliders}. */
export interface SlidersOptions extends Common {
  /** The axis along which the curves run. */
  x: Axis;
  /** The axis of their values, the same for every choice. */
  y: Axis;
  /** One to three things to turn, each by its name with the values that it takes. */
  sliders: Readonly<Record<string, readonly number[]>>;
  /** The curves for one choice of values; always the same names in the same order, without bands. */
  curves: (settings: Record<string, number>) => readonly Series[];
}

/**
 * What a slider switches. Sliders of plotly know nothing of each other, so each of them has a property of its own; a curve is seen
 * where none of the three hides it.
 */
const switches = [
  { property: 'visible', shown: true, hidden: false },
  { property: 'opacity', shown: 1, hidden: 0 },
  { property: 'mode', shown: 'lines', hidden: 'none' },
] as const;

const sliderHeight = 74;

/**
 * Curves over a common axis for every choice of one to three sliders' values; the still picture shows the first value of each.
 * @throws if there is no slider or more than three, one has no values, or the curves' names differ between two choices.
 *
 * @example
 * const figure = plot.sliders({
 *   title: 'A sine',
 *   x: { title: 'x' },
 *   y: { title: 'y' },
 *   sliders: { frequency: [1, 2, 3] },
 *   curves: ({ frequency }) => [{ name: 'sine', y: [0, 1, 2].map((x) => Math.sin(frequency * x)) }],
 * });
 * console.log(figure.description); // y over x
 */
export function sliders({ title, x, y, sliders: given, curves, height = 380, ...rest }: SlidersOptions): Figure {
  const names = Object.keys(given);
  if (names.length < 1 || names.length > switches.length)
    throw new Error(`The figure "${title}" has ${names.length} sliders; it can have one to ${switches.length}.`);
  const empty = names.find((name) => given[name].length === 0);
  if (empty !== undefined) throw new Error(`The slider "${empty}" has no values.`);

  const choices = names.reduce<number[][]>(
    (all, name) => all.flatMap((c) => given[name].map((_, i) => [...c, i])),
    [[]],
  );
  const drawn = choices.map((choice) =>
    curves(Object.fromEntries(names.map((name, k) => [name, given[name][choice[k]]]))),
  );
  const labels = drawn[0].map(({ name }) => name);
  const other = drawn.find((series) => series.map(({ name }) => name).join() !== labels.join());
  if (other)
    throw new Error(
      `One choice gives the curves ${labels.join(', ')}, another ${other.map((s) => s.name).join(', ')}.`,
    );

  const colors = colorsFor(labels);
  const state = (k: number, at: number, choice: number[]): unknown =>
    choice[k] === at ? switches[k].shown : switches[k].hidden;
  const traces = choices.flatMap((choice, c) =>
    drawn[c].flatMap((series, s) =>
      seriesTraces(series, series.color ?? colors[s], {
        showlegend: false,
        ...Object.fromEntries(names.map((_, k) => [switches[k].property, state(k, 0, choice)])),
      }),
    ),
  );
  const legend = drawn[0].flatMap((series, s) =>
    seriesTraces({ ...series, x: [0], y: [NaN] }, series.color ?? colors[s], { showlegend: true }),
  );
  return new Figure({
    data: [...traces, ...legend],
    layout: {
      title: { text: title },
      xaxis: axis(x, 'x'),
      yaxis: axis(y, 'y'),
      showlegend: labels.length > 1,
      hovermode: false,
      sliders: names.map((name, k) => ({
        active: 0,
        pad: { t: 46 + k * sliderHeight },
        currentvalue: { prefix: `${name}: `, font: { size: 13 } },
        font: { size: 11 },
        steps: given[name].map((value, at) => ({
          label: String(value),
          method: 'restyle',
          args: [
            { [switches[k].property]: choices.flatMap((choice) => labels.map(() => state(k, at, choice))) },
            traces.map((_, t) => t),
          ],
        })),
      })),
      margin: { b: 60 + (names.length - 1) * sliderHeight },
    },
    ...rest,
    height: height + names.length * sliderHeight,
  });
}
