/** What the gates of an LSTM do along a sequence, one unit at a time. */
import { gate, ink } from './colors';
import { Figure } from './figure';
import { markLayout, type Common, type Mark } from './line';
import { axis } from './style';
import { matrix, row, type Matrix, type Numbers } from './values';

/** One quantity along the sequence, `[time, units]`. */
export interface GateTraces {
  /** Forget gate, from 0 to 1. */
  forget: Matrix;
  /** Input gate, from 0 to 1. */
  input: Matrix;
  /** Output gate, from 0 to 1. */
  output: Matrix;
  /** What the input would write, from -1 to 1. */
  candidate?: Matrix;
  /** Cell state. */
  cell?: Matrix;
  /** Hidden state. */
  hidden?: Matrix;
}

/** Options of {@link gates}. */
export interface GatesOptions extends Common {
  /** What the cell did along the sequence. */
  gates: GateTraces;
  /** What the cell sees: numbers along the sequence for a curve, or words to stand at the time axis. */
  sequence?: Numbers | readonly string[];
  /** What `sequence` measures; default: `input`. */
  sequenceTitle?: string;
  /** Vertical lines through all panels. */
  marks?: readonly Mark[];
  /** Which units can be chosen with the slider, counted from 0; default: the first 12. */
  units?: readonly number[];
  /** Labels of the units; default: `unit 1` and so on. */
  unitLabels?: readonly string[];
}

const gateKinds = ['forget', 'input', 'output'] as const;
const stateKinds = ['candidate', 'cell', 'hidden'] as const;
const stateNames = { candidate: 'candidate', cell: 'cell state', hidden: 'hidden state' };
const mostUnits = 12;

const isWords = (s: GatesOptions['sequence']): s is readonly string[] => Array.isArray(s) && typeof s[0] === 'string';

/**
 * The gates of a trained LSTM over a sequence: above what it sees, then the three gates between 0 (closed) and 1 (open), then
 * candidate, cell and hidden state. A slider under the figure chooses the unit; the still picture shows the first.
 * @throws if the quantities differ in shape, or a unit does not exist.
 *
 * @example
 * const traces = [[0.9, 0.1], [0.8, 0.2], [0.1, 0.9]]; // [time, units]
 * const figure = plot.gates({ title: 'Two units', gates: { forget: traces, input: traces, output: traces } });
 * console.log(figure.toJSON().data.length); // 3
 */
export function gates({
  title,
  gates: given,
  sequence,
  sequenceTitle = 'input',
  marks = [],
  units,
  unitLabels,
  ...rest
}: GatesOptions): Figure {
  const kinds = [...gateKinds, ...stateKinds].filter((kind) => given[kind] !== undefined);
  const values = new Map(kinds.map((kind) => [kind, matrix(given[kind]!, kind)]));
  const [steps, count] = [values.get('forget')!.length, values.get('forget')![0].length];
  for (const [kind, table] of values)
    if (table.length !== steps || table[0].length !== count)
      throw new Error(
        `${kind} is [${table.length}, ${table[0].length}], forget is [${steps}, ${count}]; all must be [time, units].`,
      );
  const shown = units ?? Array.from({ length: Math.min(count, mostUnits) }, (_, i) => i);
  const missing = shown.find((u) => !(u >= 0 && u < count));
  if (missing !== undefined) throw new Error(`There is no unit ${missing}; the layer has units 0 to ${count - 1}.`);
  const words = isWords(sequence) ? sequence : undefined;
  const seen = sequence && !isWords(sequence) ? row(sequence, 'sequence') : undefined;
  if (sequence && (words ?? seen)!.length !== steps)
    throw new Error(`The sequence has ${(words ?? seen)!.length} steps, the gates have ${steps}.`);
  const time = Array.from({ length: steps }, (_, t) => t);
  const ofUnit = (kind: (typeof kinds)[number], unit: number): number[] => values.get(kind)!.map((at) => at[unit]);
  const states = kinds.filter((kind) => (stateKinds as readonly string[]).includes(kind));
  const inputTrace = {
    type: 'scatter',
    name: sequenceTitle,
    x: time,
    y: seen,
    yaxis: 'y3',
    line: { color: ink.text, width: 1.5 },
  };
  const data = kinds.map((kind) => ({
    type: 'scatter',
    mode: steps <= 30 ? 'lines+markers' : 'lines',
    name: kind in stateNames ? stateNames[kind as keyof typeof stateNames] : `${kind} gate`,
    x: time,
    y: ofUnit(kind, shown[0]),
    yaxis: states.includes(kind) ? 'y2' : 'y',
    line: { color: gate[kind], width: 2, ...(kind === 'candidate' && { dash: 'dot' }) },
  }));
  const top = seen ? 0.78 : 1;
  const middle = states.length ? top * 0.46 : 0;
  const label = (unit: number, i: number): string => unitLabels?.[i] ?? `${unit + 1}`;
  const slider = {
    active: 0,
    pad: { t: words ? 96 : 46 },
    currentvalue: { prefix: 'unit ', font: { size: 13 } },
    tickcolor: ink.axis,
    font: { size: 11 },
    steps: shown.map((unit, i) => ({
      label: label(unit, i),
      method: 'restyle',
      args: [{ y: kinds.map((kind) => ofUnit(kind, unit)) }, kinds.map((_, k) => k)],
    })),
  };
  const height = rest.height ?? (seen ? 480 : 400) + (words ? 60 : 0);
  const wordTicks = words && { tickmode: 'array', tickvals: time, ticktext: [...words], tickangle: -60 };
  return new Figure({
    data: seen ? [...data, inputTrace] : data,
    layout: {
      title: { text: title },
      ...markLayout(marks, { title: 'time step' }),
      xaxis: {
        ...axis({ title: words ? 'word' : 'time step' }, 'x'),
        anchor: states.length ? 'y2' : 'y',
        ...wordTicks,
      },
      yaxis: {
        ...axis({ title: 'gate (0 to 1)', range: [-0.03, 1.03] }, 'y'),
        domain: [middle ? middle + 0.05 : 0, seen ? top - 0.05 : 1],
      },
      ...(states.length && {
        yaxis2: { ...axis({ title: 'state' }, 'y'), domain: [0, middle], zeroline: true, zerolinecolor: ink.frame },
      }),
      ...(seen && { yaxis3: { ...axis({ title: sequenceTitle }, 'y'), domain: [top, 1] } }),
      hovermode: 'x unified',
      ...(shown.length > 1 && { sliders: [slider] }),
      margin: { b: shown.length > 1 ? 60 : 52 },
    },
    ...rest,
    height: height + (shown.length > 1 ? 70 : 0),
  });
}
