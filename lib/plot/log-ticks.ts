/** Ticks of a logarithmic axis: where it spans few decades, plotly would leave one or two. */
import { readable } from './values';

type Trace = Record<string, unknown>;

const mostDecades = 4;

/** The positive values of the traces along one axis, such as `x2`. */
function extent(traces: readonly Trace[], id: string): [number, number] {
  let [low, high] = [Infinity, 0];
  for (const trace of traces) {
    const values = trace[id[0]];
    if (((trace[`${id[0]}axis`] as string | undefined) ?? id[0]) !== id || !Array.isArray(values)) continue;
    for (const v of values) {
      if (typeof v !== 'number' || !(v > 0)) continue;
      low = Math.min(low, v);
      high = Math.max(high, v);
    }
  }
  return [low, high];
}

/**
 * A few ticks in each decade, written out, on an axis of up to four decades; whole powers of ten beyond.
 *
 * @param range the first and last power of ten that the axis shows, as plotly takes it; default: what the traces span
 */
export function logTicks(traces: readonly Trace[], id: string, range?: readonly [number, number]): object {
  const [low, high] = range ? range.map((power) => 10 ** power) : extent(traces, id);
  const decades = Math.log10(high / low);
  if (!Number.isFinite(decades)) return {};
  if (decades > mostDecades) return { dtick: Math.ceil(decades / 8) };
  const steps = decades < 0.7 ? [1, 1.5, 2, 3, 4, 5, 7] : decades < 2 ? [1, 2, 5] : [1, 3];
  const from = Math.floor(Math.log10(low)) - 1;
  const at = Array.from({ length: decades + 4 }, (_, k) => steps.map((step) => Number(`${step}e${from + k}`))).flat();
  const tickvals = at.filter((v) => v > low / 1.5 && v < high * 1.5);
  return { tickmode: 'array', tickvals, ticktext: tickvals.map(readable) };
}
