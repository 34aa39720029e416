/** Where a convolution multiplies: each place of its filter meets places of the input, and their products go to places of the output. */

/** One axis of a convolution. */
export interface Axis {
  /** How many places the input, the output and the filter have. */
  input: number;
  output: number;
  filter: number;
  stride: number;
  /** From one place of the filter to the next. */
  dilation: number;
  /** Places before the input's first. */
  pad: number;
}

/** Calls `meet` with the number of the filter's place, of the input's place that it meets, and of the output's that takes their product. */
export function eachMeeting(
  batch: number,
  axes: readonly Axis[],
  meet: (tap: number, from: number, to: number) => void,
): void {
  const along = axes.map(meetingsAlong);
  const go = (k: number, tap: number, from: number, to: number): void => {
    if (k === axes.length) return meet(tap, from, to);
    const { filter, input, output } = axes[k];
    for (const [t, i, o] of along[k]) go(k + 1, tap * filter + t, from * input + i, to * output + o);
  };
  for (let b = 0; b < batch; b++) go(0, 0, b, b);
}

function meetingsAlong({
  input,
  output,
  filter,
  stride,
  dilation,
  pad,
}: Axis): [tap: number, from: number, to: number][] {
  const meetings: [number, number, number][] = [];
  for (let to = 0; to < output; to++)
    for (let tap = 0; tap < filter; tap++) {
      const from = to * stride + tap * dilation - pad;
      if (from >= 0 && from < input) meetings.push([tap, from, to]);
    }
  return meetings;
}
