import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { displaySymbol, type MimeBundle } from '../../lib/notebook';
import * as plot from '../../lib/plot';

const axes = { x: { title: 'time step' }, y: { title: 'value', unit: 'm' } };
const wave = (n: number, shift = 0): number[] => Array.from({ length: n }, (_, i) => Math.sin((i + shift) / 3));
const table = (rows: number, columns: number): number[][] => Array.from({ length: rows }, (_, r) => wave(columns, r));
const run = {
  epoch: [0, 1, 2],
  history: { loss: [3, 2, 1], val_loss: [3, 2.5, 2], mae: [1, 2, 3], val_mae: [1, 2, 3] },
};
const gates = { forget: table(12, 4), input: table(12, 4), output: table(12, 4), cell: table(12, 4) };
const words = 'the film is not bad at all and the end is good'.split(' ');
const trials = [
  { units: 16, rate: 0.0001, kind: 'adam', loss: 0.3 },
  { units: 32, rate: 0.01, kind: 'sgd', loss: 0.1 },
  { units: 64, rate: 0.001, kind: 'adam', loss: 0.2 },
];

const figures: Record<string, () => plot.Figure> = {
  line: () =>
    plot.line({
      title: 'Figure',
      ...axes,
      series: [{ name: 'a', y: wave(9), band: { low: wave(9), high: wave(9, 1) } }],
    }),
  history: () => plot.history({ LSTM: run, GRU: run }, { title: 'Figure' }),
  samples: () => plot.samples({ title: 'Figure', ...axes, inputs: table(8, 20), targets: wave(8) }),
  forecasts: () =>
    plot.forecasts({
      title: 'Figure',
      ...axes,
      inputs: table(3, 20),
      truth: wave(3),
      predictions: { LSTM: wave(3, 1) },
    }),
  bars: () =>
    plot.bars({
      title: 'Figure',
      ...axes,
      categories: ['a', 'b'],
      series: [{ name: 's', values: [1, 2], spread: [0.1, 0.2] }],
    }),
  histogram: () => plot.histogram({ title: 'Figure', x: axes.x, series: [{ name: 'a', values: wave(100) }] }),
  scatter: () =>
    plot.scatter({ title: 'Figure', ...axes, diagonal: true, series: [{ name: 'a', x: wave(9), y: wave(9, 1) }] }),
  heatmap: () => plot.heatmap({ title: 'Figure', ...axes, value: { title: 'weight' }, z: table(4, 6) }),
  confusion: () =>
    plot.confusion({ title: 'Figure', labels: ['no', 'yes'], truth: [0, 1, 1, 0], predicted: [0, 1, 0, 0] }),
  attention: () =>
    plot.attention(
      words,
      words.map((w) => w.length),
      { title: 'Figure' },
    ),
  heads: () => plot.attention(words, table(2, words.length), { title: 'Figure' }),
  gates: () => plot.gates({ title: 'Figure', gates, sequence: words, marks: [{ at: 3, text: 'not' }] }),
  sliders: () =>
    plot.sliders({
      title: 'Figure',
      ...axes,
      sliders: { a: [1, 2], b: [3, 4, 5] },
      curves: ({ a, b }) => [{ name: 'sum', y: [a, a + b] }],
    }),
  gradientByLag: () =>
    plot.gradientByLag({
      title: 'Figure',
      series: [
        {
          name: 'LSTM',
          runs: [
            [1, 0.1, 0.01],
            [1, 0.2, 0],
          ],
        },
      ],
    }),
  parallelCoordinates: () =>
    plot.parallelCoordinates({
      title: 'Figure',
      trials,
      dimensions: ['units', 'rate', 'kind'],
      score: 'loss',
      better: 'lower',
    }),
  strip: () => plot.strip({ title: 'Figure', ...axes, groups: { LSTM: [1, 2, 3], GRU: [2, 3, 4] } }),
  box: () => plot.box({ title: 'Figure', ...axes, groups: { LSTM: wave(20), GRU: wave(20, 3) } }),
};

const traces = (figure: plot.Figure): Record<string, never>[] => figure.toJSON().data as Record<string, never>[];

describe('every kind of figure', () => {
  for (const [name, make] of Object.entries(figures))
    test(`${name} is plain JSON and draws without a broken number`, async () => {
      const figure = make();
      assert.deepEqual(JSON.parse(JSON.stringify(figure)), figure.toJSON());
      const svg = await figure.toSVG();
      assert.match(svg, /Figure<\/text>/);
      assert.doesNotMatch(svg.replace(/>[^<]*</g, '><'), /NaN|undefined|Infinity/);
    });

  test('all of them refuse a missing title', () => {
    assert.throws(() => plot.strip({ title: '', ...axes, groups: { a: [1] } }), /needs a title/);
    assert.throws(
      () => plot.heatmap({ title: 't', ...axes, value: { title: '' }, z: [[1]] }),
      /The value axis needs a title/,
    );
  });
});

describe('what they show', () => {
  test('history: training and validation of each run, epochs counted from 1, one panel a metric', () => {
    const data = traces(plot.history(run));
    assert.deepEqual(
      data.map((t) => [t.name, t.xaxis]),
      [
        ['training', 'x'],
        ['validation', 'x'],
        ['training', 'x2'],
        ['validation', 'x2'],
      ],
    );
    assert.deepEqual(data[0].x, [1, 2, 3]);
    const course = { epochs: [1, 2], metrics: { loss: [2, 1] } };
    assert.deepEqual(traces(plot.history(course))[0].x, [1, 2]);
    assert.throws(() => plot.history({ epochs: [], metrics: {} }), /no finished epoch/);
  });

  test('models and gates keep their colours, and no two series share one', () => {
    const series = ['LSTM', 'LSTM, dropout', 'GRU', 'forget gate', 'other'].map((name) => ({ name, y: [1, 2] }));
    const colors = traces(plot.line({ title: 't', ...axes, series })).map((t) => (t.line as { color: string }).color);
    assert.equal(colors[0], plot.colors.model.lstm);
    assert.equal(colors[2], plot.colors.model.gru);
    assert.equal(colors[3], plot.colors.gate.forget);
    assert.equal(new Set(colors).size, 5);
  });

  test('forecasts: the absolute error of each model stands over its panel', () => {
    const figure = plot.forecasts({
      title: 't',
      ...axes,
      inputs: [[1, 2, 3]],
      truth: [[4, 5]],
      predictions: { LSTM: [[4.5, 5.25]] },
      names: ['3 January'],
    });
    assert.match(JSON.stringify(figure.toJSON().layout), /3 January <span[^>]*>· error: LSTM 0\.375 m/);
    assert.deepEqual(traces(figure)[1].x, [3, 4]);
    assert.throws(
      () => plot.forecasts({ title: 't', ...axes, inputs: [[1, 2]], truth: [1], predictions: { LSTM: [[1, 2]] } }),
      /LSTM is \[1, 2\]/,
    );
  });

  test('confusion: counts and the share of each true class', () => {
    const [heat] = traces(plot.confusion({ labels: ['no', 'yes'], truth: [0, 0, 0, 1], predicted: [0, 0, 1, 1] }));
    assert.deepEqual(heat.text, [
      ['2<br>66.7 %', '1<br>33.3 %'],
      ['0<br>0.0 %', '1<br>100.0 %'],
    ]);
    assert.throws(() => plot.confusion({ labels: ['no'], truth: [1], predicted: [0] }), /Sample 0 has class 1/);
  });

  test('histogram: every value is counted once', () => {
    const [bar] = traces(
      plot.histogram({ title: 't', x: axes.x, series: [{ name: 'a', values: wave(123) }], bins: 7 }),
    );
    assert.equal(
      (bar.y as number[]).reduce((a, b) => a + b, 0),
      123,
    );
    assert.equal((bar.y as number[]).length, 7);
  });

  test('gradientByLag: median and band over the seeds; zeros leave the logarithmic axis', () => {
    const runs = [
      [1, 0.1, 0],
      [1, 0.3, 0],
      [1, 0.2, 0.01],
    ];
    const [low, high, middle] = traces(plot.gradientByLag({ title: 't', series: [{ name: 'LSTM', runs }] }));
    assert.deepEqual(
      [low.y, high.y, middle.y],
      [
        [1, 0.1, 0.01],
        [1, 0.3, 0.01],
        [1, 0.2, 0.01],
      ],
    );
  });

  test('gates: the slider carries every unit', () => {
    const figure = plot.gates({ title: 't', gates, sequence: wave(12), units: [0, 3] });
    const { sliders } = figure.toJSON().layout as { sliders: { steps: { args: [{ y: number[][] }, number[]] }[] }[] };
    const [values, which] = sliders[0].steps[1].args;
    assert.deepEqual(which, [0, 1, 2, 3]);
    assert.equal(values.y[0][5], Number(gates.forget[5][3].toPrecision(7)));
    assert.throws(() => plot.gates({ title: 't', gates, units: [4] }), /no unit 4; the layer has units 0 to 3/);
    assert.throws(() => plot.gates({ title: 't', gates, sequence: ['a'] }), /1 steps, the gates have 12/);
  });

  test('parallelCoordinates: the best trial is drawn last; small ranges of scale are linear, wide ones logarithmic', () => {
    const figure = figures.parallelCoordinates();
    const data = traces(figure);
    assert.equal(data[2].name, 'best trial');
    assert.deepEqual(data[2].y, [Number((1 / 3).toPrecision(7)), 1, 1, 0]);
    assert.ok(
      data.every(({ line }) => !('shape' in (line as object))),
      'straight: a spline would swing beyond the axes',
    );
    assert.throws(
      () => plot.parallelCoordinates({ title: 't', trials, dimensions: ['depth'], score: 'loss', better: 'lower' }),
      /Trial 0 has no "depth"/,
    );
  });

  test('the means of a strip stand beside their bars, and none reaches the next group', () => {
    for (let count = 2; count <= 16; count++) {
      const groups = Object.fromEntries(Array.from({ length: count }, (_, i) => [`g${i}`, [0.8415, 0.8421]]));
      const figure = plot.strip({ title: 't', ...axes, groups }).toJSON();
      const layout = figure.layout as {
        margin: { l: number; r: number };
        xaxis: { range: [number, number] };
        annotations: { text: string; x: number; xshift: number; textangle?: number }[];
      };
      const [first, last] = layout.xaxis.range;
      const pixels = (720 - layout.margin.l - layout.margin.r) / (last - first);
      const bars = (figure.data as { mode: string; x: number[] }[]).filter(({ mode }) => mode === 'lines');
      layout.annotations.forEach(({ text, x, xshift, textangle }, i) => {
        assert.equal(text, '0.8418');
        assert.equal(x, bars[i].x[1]);
        const right = x * pixels + xshift + (textangle === -90 ? 12 : 6.7 * text.length);
        const next = i + 1 < count ? bars[i + 1].x[0] : last;
        assert.ok(right < next * pixels, `${count} groups: label ${i} ends ${right - next * pixels} px too far right`);
      });
    }
  });

  test('a logarithmic axis of few decades has ticks, and what is written on it stands where it belongs', () => {
    const y = { title: 'error', scale: 'log' } as const;
    const few = plot.strip({ title: 't', x: axes.x, y, groups: { LSTM: [0.002, 0.004] } }).toJSON().layout;
    assert.deepEqual((few.yaxis as { ticktext: string[] }).ticktext, ['0.0015', '0.002', '0.003', '0.004', '0.005']);
    assert.equal((few.annotations as { y: number }[])[0].y, Number(Math.log10(0.003).toPrecision(7)));
    const many = plot.line({ title: 't', x: axes.x, y, series: [{ name: 'a', y: [1, 1e-12] }] }).toJSON().layout;
    assert.equal((many.yaxis as { dtick: number }).dtick, 2);
    const shown = plot.line({
      title: 't',
      x: axes.x,
      y: { ...y, range: [0.01, 1e6] },
      series: [{ name: 'a', y: [1, 3e38] }],
    });
    assert.equal((shown.toJSON().layout.yaxis as { dtick: number }).dtick, 1, 'ticks for what the axis shows');
    const marks = [{ at: 100, text: 'here' }];
    const marked = plot.line({
      title: 't',
      x: { ...axes.x, scale: 'log' },
      y,
      series: [{ name: 'a', x: [10, 1000], y: [1, 2] }],
      marks,
    });
    const { annotations, shapes } = marked.toJSON().layout as {
      annotations: { x: number }[];
      shapes: { x0: number }[];
    };
    assert.deepEqual([annotations[0].x, shapes[0].x0], [2, 100]);
  });

  test('attention: as many weights as words', () => {
    assert.throws(() => plot.attention(['a', 'b'], [1]), /2 words and 1 weights/);
    const tensor = { shape: [1, 2], dataSync: () => Float32Array.of(0.25, 0.75) };
    assert.deepEqual((traces(plot.attention(['a', 'b'], tensor))[0].marker as { color: number[] }).color, [0.25, 0.75]);
  });
});

describe('a training as it runs', () => {
  const history = {
    epochs: [] as number[],
    metrics: {} as Record<string, number[]>,
    batchLosses: [0.5, 0.4],
    params: { epochs: 2, steps: 2 },
  };
  const bundle = async (state: plot.CourseHistory): Promise<MimeBundle> => plot.live()(state)[displaySymbol]();

  test('before the first epoch ends it is a picture of the batch losses', async () => {
    assert.deepEqual(Object.keys(await bundle(history)).sort(), ['image/png', 'text/plain']);
  });
  test('`live: plot.history` works from the first batch on too', () => {
    assert.equal(traces(plot.history(history))[1].name, 'batches');
  });
  test('at the end it is interactive', async () => {
    const done = { ...history, epochs: [1, 2], metrics: { loss: [0.4, 0.2] }, batchLosses: [0.5, 0.4, 0.3, 0.2] };
    assert.ok('application/vnd.plotly.v1+json' in (await bundle(done)));
    const stopped = { ...history, epochs: [1], metrics: { loss: [0.4] }, stopped: 'Interrupted.' };
    assert.ok('application/vnd.plotly.v1+json' in (await bundle(stopped)));
  });
});

describe('tables and words', () => {
  test('objects become rows, numbers readable', () => {
    const made = plot.table(
      [
        { model: 'LSTM', parameters: 10400, mse: 0.00261234 },
        { model: 'GRU', parameters: 7950, mse: NaN },
      ],
      { caption: 'Results', columns: { model: 'network', mse: 'error', parameters: 'numbers learnt' } },
    );
    assert.equal(
      made.toString(),
      'Results\nnetwork  error     numbers learnt\n-------  --------  --------------\nLSTM     0.002612          10,400\nGRU      NaN                7,950',
    );
    assert.throws(() => plot.table([{ a: 1 }], { columns: ['b'] }), /No row has "b"; there is a/);
    assert.match(plot.table(wave(30).map((v) => ({ v }))).caption, /first 20 of 30 rows/);
  });

  test('highlighted words keep a contrast of 4.5 to 1 and escape HTML', () => {
    const shown = plot.highlight(['<b>', 'good', 'bad'], [0, 1, -1], { caption: 'weights' });
    assert.equal(shown.toString(), 'weights\n<b> [good 1.0] [bad -1.0]');
    const html = shown.toHTML();
    assert.match(html, /&lt;b&gt;/);
    const luminance = (rgb: number[]): number =>
      rgb
        .map((v) => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4))
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
    const grounds = [...html.matchAll(/background-color:rgb\((\d+),(\d+),(\d+)\)/g)].map((m) => m.slice(1).map(Number));
    assert.equal(grounds.length, 3);
    for (const ground of grounds)
      assert.ok((luminance(ground) + 0.05) / (luminance([0x22, 0x22, 0x22]) + 0.05) > 4.5, ground.join());
    assert.throws(() => plot.highlight(['a'], [1, 2]), /1 words and 2 weights/);
  });

  test('highlighted characters stand side by side, neighbours in one pair of brackets', () => {
    const shown = plot.highlight([...'KING:\nno'], [1, 1, 1, 1, 0, 0, 0, -1], { separator: '' });
    assert.equal(shown.toString(), '[KING]:\nn[o]');
    assert.match(shown.toHTML(), /white-space:pre-wrap/);
    assert.doesNotMatch(shown.toHTML(), /padding:1px/);
  });
});

describe('what is written and marked', () => {
  const luminance = (hex: string): number => {
    const [r, g, b] = [1, 3, 5]
      .map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
      .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };

  test('numbers in a heat map keep a contrast of 4.5 to 1 on any cell', () => {
    const { data, layout } = JSON.parse(
      JSON.stringify(
        plot.heatmap({ title: 'Figure', ...axes, value: axes.y, z: [Array.from({ length: 101 }, (_, i) => i)] }),
      ),
    ) as {
      data: { colorscale: [number, string][] }[];
      layout: { annotations: { x: number; y: number; text: string; font: { color: string } }[] };
    };
    assert.deepEqual(
      layout.annotations.map(({ x, y, text }) => [x, y, text]),
      Array.from({ length: 101 }, (_, i) => [i, 0, String(i)]),
    );
    for (const [at, ground] of data[0].colorscale) {
      const written = luminance(layout.annotations[Math.round(100 * at)].font.color);
      const [light, dark] = [Math.max(written, luminance(ground)), Math.min(written, luminance(ground))];
      assert.ok((light + 0.05) / (dark + 0.05) > 4.5, `${ground} at ${at}`);
    }
  });

  test('a histogram has its marks, and bars a colour each', () => {
    const marked = plot.histogram({
      title: 'Figure',
      x: axes.x,
      series: [{ name: 'a', values: wave(100) }],
      marks: [{ at: 0.5, text: 'half' }],
    });
    const { shapes, annotations } = JSON.parse(JSON.stringify(marked)).layout;
    assert.deepEqual([shapes[0].x0, annotations[0].text], [0.5, 'half']);
    const color = ['#D55E00', '#0072B2'];
    const signs = plot.bars({
      title: 'Figure',
      ...axes,
      categories: ['a', 'b'],
      series: [{ name: 's', values: [-1, 1], color }],
    });
    assert.deepEqual(JSON.parse(JSON.stringify(signs)).data[0].marker.color, color);
  });
});

describe('missing values', () => {
  const given = [1, null, undefined, NaN, 5] as number[];
  const gaps = [1, null, null, null, 5];
  const traces = (figure: plot.Figure) => JSON.parse(JSON.stringify(figure)).data as Record<string, unknown>[];

  test('stay gaps in a curve, its band, a training and a table', () => {
    const band = { low: given, high: given };
    const curves = traces(plot.line({ title: 'Figure', ...axes, series: [{ name: 'a', y: given, band }] }));
    assert.deepEqual(
      curves.map(({ y }) => y),
      [gaps, gaps, gaps],
    );
    const history = { epoch: [0, 1, 2, 3, 4], history: { loss: given } };
    assert.deepEqual(traces(plot.history(history, { title: 'Figure' }))[0].y, gaps);
    const [heat] = traces(plot.heatmap({ title: 'Figure', ...axes, value: axes.y, z: [given] }));
    assert.deepEqual(heat.z, [gaps]);
    assert.deepEqual(heat.text, [['1', '', '', '', '5']]);
    assert.deepEqual([heat.zmin, heat.zmax], [1, 5]);
  });

  test('are not counted in a histogram', () => {
    const [bars] = traces(
      plot.histogram({ title: 'Figure', x: axes.x, series: [{ name: 'a', values: given }], bins: 2 }),
    );
    assert.deepEqual(bars.y, [1, 1]);
  });
});
