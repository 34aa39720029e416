import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as plot from '../../lib/plot';

interface Trace {
  y: number[];
  name: string;
  visible?: boolean;
  opacity?: number;
  mode: string;
  showlegend?: boolean;
}
interface Slider {
  steps: { args: [Record<string, unknown[]>, number[]] }[];
}

const axes = { x: { title: 'step' }, y: { title: 'value' } };
const knobs = { a: [1, 2], b: [10, 20, 30], c: [100, 200] };
const figure = (): plot.Figure =>
  plot.sliders({
    title: 'Sums',
    ...axes,
    sliders: knobs,
    curves: ({ a, b, c }) => [
      { name: 'sum', y: [a + b + c, 0] },
      { name: 'product', y: [a * b * c, 0] },
    ],
  });

const seen = (traces: Trace[]): number[] =>
  traces
    .filter((t) => t.showlegend === false && t.visible !== false && t.opacity !== 0 && t.mode !== 'none')
    .map((t) => t.y[0]);

/** What plotly does when a slider is moved to a step. */
function move(traces: Trace[], slider: Slider, step: number): void {
  const [change, indices] = slider.steps[step].args;
  for (const [property, values] of Object.entries(change))
    indices.forEach((index, k) => Object.assign(traces[index], { [property]: values[k] }));
}

void describe('curves with sliders', () => {
  test('the still picture shows the first value of each', () => {
    const { data } = figure().toJSON();
    assert.deepEqual(seen(data as unknown as Trace[]), [111, 1000]);
  });

  test('moving the sliders, in any order, shows the curves of the values they stand at', () => {
    const { data, layout } = figure().toJSON();
    const traces = data as unknown as Trace[];
    const sliders = layout.sliders as Slider[];
    const at = [0, 0, 0];
    for (const [slider, step] of [
      [2, 1],
      [0, 1],
      [1, 2],
      [0, 0],
      [2, 0],
      [1, 1],
      [0, 1],
    ]) {
      move(traces, sliders[slider], step);
      at[slider] = step;
      const [a, b, c] = [knobs.a[at[0]], knobs.b[at[1]], knobs.c[at[2]]];
      assert.deepEqual(seen(traces), [a + b + c, a * b * c]);
    }
  });

  test('the legend names each curve once', () => {
    const { data } = figure().toJSON();
    const named = (data as unknown as Trace[]).filter((t) => t.showlegend !== false).map((t) => t.name);
    assert.deepEqual(named, ['sum', 'product']);
  });

  test('no slider, four of them, an empty one and changing names are refused by name', () => {
    const curves = (): plot.Series[] => [{ name: 'one', y: [1] }];
    const make =
      (sliders: Record<string, number[]>, draw: (s: Record<string, number>) => plot.Series[] = curves) =>
      () =>
        plot.sliders({ title: 'Sums', ...axes, sliders, curves: draw });
    assert.throws(make({}), /has 0 sliders/);
    assert.throws(make({ a: [1], b: [1], c: [1], d: [1] }), /has 4 sliders; it can have one to 3/);
    assert.throws(make({ a: [1], bias: [] }), /"bias" has no values/);
    assert.throws(
      make({ a: [1, 2] }, ({ a }) => [{ name: `curve ${a}`, y: [1] }]),
      /curve 1, another curve 2/,
    );
  });
});
