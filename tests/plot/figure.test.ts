import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { loadImage, createCanvas } from '@napi-rs/canvas';
import { displaySymbol } from '../../lib/notebook';
import { Figure, figure, history, line, samples } from '../../lib/plot';

const curve = (n = 20): number[] => Array.from({ length: n }, (_, i) => Math.sin(i / 3));
const simple = (): Figure =>
  line({
    title: 'A sine over time',
    x: { title: 'time', unit: 's' },
    y: { title: 'height', unit: 'm' },
    series: [
      { name: 'SimpleRNN', y: curve() },
      { name: 'LSTM', y: curve() },
    ],
  });

async function pixels(png: Buffer): Promise<{ width: number; height: number; at(x: number, y: number): number[] }> {
  const image = await loadImage(png);
  const context = createCanvas(image.width, image.height).getContext('2d');
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  const at = (x: number, y: number): number[] => {
    const start = 4 * (y * image.width + x);
    return [...data.subarray(start, start + 3)];
  };
  return { width: image.width, height: image.height, at };
}

describe('one figure in all its forms', () => {
  test('a notebook gets plotly JSON, a PNG in its natural size, and words', async () => {
    const bundle = await simple()[displaySymbol]();
    assert.deepEqual(Object.keys(bundle).sort(), ['application/vnd.plotly.v1+json', 'image/png', 'text/plain']);
    const image = await pixels(Buffer.from(bundle['image/png'] as string, 'base64'));
    assert.deepEqual([image.width, image.height], [720, 400]);
    assert.match(String(bundle['text/plain']), /A sine over time \(height \(m\) over time \(s\): SimpleRNN, LSTM\)/);
    const json = bundle['application/vnd.plotly.v1+json'] as { config: object; layout: { width: number } };
    assert.deepEqual(JSON.parse(JSON.stringify(json)), json);
    assert.equal(json.layout.width, 720);
    assert.deepEqual(json.config, { displayModeBar: false, displaylogo: false, responsive: false });
  });

  test('the SVG says title, axes with units and legend', async () => {
    const svg = await simple().toSVG();
    for (const text of ['A sine over time', 'time (s)', 'height (m)', 'SimpleRNN', 'LSTM'])
      assert.ok(svg.includes(`>${text}</text>`), `${text} is missing`);
  });

  test('a saved PNG has two pixels to a CSS pixel and is not blank', async () => {
    const image = await pixels(await simple().toPNG());
    assert.deepEqual([image.width, image.height], [1440, 800]);
    const colors = new Set(Array.from({ length: 800 }, (_, y) => image.at(700, y).join()));
    assert.ok(colors.size > 3, `only ${colors.size} colours down the middle`);
  });

  test('saving leaves the whole file or none', async () => {
    const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'figure-'));
    await simple().save(path.join(folder, 'a.svg'));
    await simple().save(path.join(folder, 'a.json'));
    await assert.rejects(simple().save(path.join(folder, 'a.gif')), /saved as \.png, \.svg or \.json, not "a\.gif"/);
    await fs.mkdir(path.join(folder, 'taken.svg'));
    await assert.rejects(simple().save(path.join(folder, 'taken.svg')));
    assert.deepEqual((await fs.readdir(folder)).sort(), ['a.json', 'a.svg', 'taken.svg']);
    await fs.rm(folder, { recursive: true });
  });

  test('when no picture can be made the words say so and nothing is thrown', async () => {
    const broken = simple();
    broken.toSVG = () => Promise.reject(new Error('jsdom is not installed\nsecond line'));
    const bundle = await broken[displaySymbol]();
    assert.match(String(bundle['text/plain']), /\(no still picture: jsdom is not installed\)$/);
    assert.ok('application/vnd.plotly.v1+json' in bundle);
  });

  test('a process that has drawn ends by itself, and one that has not never loads jsdom', () => {
    const script = `
      const plot = require('./lib/plot');
      const f = plot.figure({ data: [{ y: [1, 2] }], layout: { title: { text: 'ends' } } });
      const loaded = () => Object.keys(require.cache).some((file) => file.includes('node_modules/jsdom/'));
      console.log(loaded());
      f.toSVG().then((svg) => console.log(loaded(), svg.includes('>ends<')));`;
    const output = execFileSync(process.execPath, ['--import', 'tsx', '-e', script], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    assert.equal(output, 'false\ntrue true\n');
  });
});

describe('what plotly asks of a browser', () => {
  test('a legend and rotated labels stay inside the picture', async () => {
    const words = ['extraordinarily', 'disappointing', 'performance', 'throughout'];
    const tall = figure({
      data: [
        { type: 'bar', x: words, y: [1, 2, 3, 4], name: 'a name of some length' },
        { type: 'bar', x: words, y: [1, 2, 3, 4], name: 'another name that is longer still' },
      ],
      layout: { title: { text: 'Long labels' }, xaxis: { tickangle: -60 }, yaxis: {} },
    });
    const image = await pixels(await tall.toPNG({ scale: 1 }));
    const edges = [
      ...Array.from({ length: image.width }, (_, x) => [image.at(x, 0), image.at(x, image.height - 1)]).flat(),
      ...Array.from({ length: image.height }, (_, y) => [image.at(0, y), image.at(image.width - 1, y)]).flat(),
    ];
    assert.ok(
      edges.every((rgb) => rgb.every((v) => v > 250)),
      'something is drawn at the very edge',
    );
    const bottom = Array.from({ length: image.height }, (_, y) => y).filter((y) =>
      Array.from({ length: image.width }, (_, x) => image.at(x, y)).some((rgb) => rgb[0] < 120),
    );
    assert.ok(Math.max(...bottom) < image.height - 2);
    const svg = await tall.toSVG();
    const plotHeight = Number(/plotclip"><rect width="[\d.]+" height="([\d.]+)"/.exec(svg)?.[1]);
    assert.ok(plotHeight > 0 && plotHeight < 270, `labels got no room: the plot is ${plotHeight} high`);
  });

  test('the cells of a heat map have sharp edges', async () => {
    const two = figure({
      data: [
        {
          type: 'heatmap',
          z: [[0, 1]],
          colorscale: [
            [0, '#FF0000'],
            [1, '#0000FF'],
          ],
          showscale: false,
        },
      ],
      layout: { title: { text: 'Two cells' }, xaxis: { visible: false }, yaxis: { visible: false } },
    });
    const image = await pixels(await two.toPNG({ scale: 2 }));
    const across = Array.from({ length: image.width }, (_, x) => image.at(x, 400).join());
    assert.ok(across.filter((rgb) => rgb === '255,0,0').length > 500);
    const between = across.filter((rgb) => !['255,0,0', '0,0,255', '255,255,255'].includes(rgb));
    assert.ok(between.length <= 6, `${between.length} blurred pixels`);
  });

  test('a colour bar shows its gradient', async () => {
    const bar = figure({
      data: [
        {
          type: 'heatmap',
          z: [[0, 1]],
          colorscale: [
            [0, '#FF0000'],
            [1, '#0000FF'],
          ],
        },
      ],
      layout: { title: { text: 'A colour bar' } },
    });
    const image = await pixels(await bar.toPNG({ scale: 1 }));
    const mixed = Array.from({ length: image.width }, (_, x) => x).some((x) => {
      const column = Array.from({ length: image.height }, (_, y) => image.at(x, y));
      return column.filter(([r, g, b]) => g < 10 && r > 40 && b > 40 && Math.abs(r + b - 255) < 6).length > 50;
    });
    assert.ok(mixed, 'no column runs from red to blue');
  });

  test('an annotation has its arrow', async () => {
    const arrow = figure({
      data: [{ y: [1, 2, 3] }],
      layout: { title: { text: 'Arrow' }, annotations: [{ x: 1, y: 2, text: 'here', showarrow: true, arrowhead: 2 }] },
    });
    const svg = await arrow.toSVG();
    assert.match(svg, /class="annotation-arrow-g"/);
    assert.match(svg, /<path d="M[^"]+Z?" [^>]*transform="translate\([^)]+\)rotate\([^)]+\)/);
  });
});

describe('what is refused', () => {
  const axes = { x: { title: 'time' }, y: { title: 'value' } };
  const series = [{ name: 'a', y: [1, 2] }];
  test('a figure without title, an axis without title, no data', () => {
    assert.throws(() => figure({ data: [{ y: [1] }] }), /A figure needs a title/);
    assert.throws(() => figure({ data: [], layout: { title: { text: 't' } } }), /"t" has no traces/);
    assert.throws(() => line({ title: ' ', ...axes, series }), /A figure needs a title/);
    assert.throws(() => line({ title: 't', ...axes, x: { title: '' }, series }), /The x axis needs a title/);
    assert.throws(() => line({ title: 't', ...axes, series: [] }), /at least one series/);
    assert.throws(() => line({ title: 't', ...axes, series: [{ name: 'a', y: [] }] }), /"a" has no values/);
  });
  test('values that do not fit', () => {
    assert.throws(
      () => line({ title: 't', ...axes, series: [{ name: 'a', y: [1, 2], x: [1] }] }),
      /x has 1 values, y has 2/,
    );
    assert.throws(
      () => line({ title: 't', ...axes, series: [{ name: 'a', y: ['1'] as unknown as number[] }] }),
      /series "a"\[0\] must be a number, not "1"/,
    );
    assert.throws(() => samples({ title: 't', ...axes, inputs: [[1, 2], [1]] }), /inputs\[1\] has 1 values/);
    const run = { epoch: [0], history: { loss: [1] } };
    assert.throws(() => history(run, { metrics: ['mae'] }), /"mae" was not measured; there is loss/);
    assert.throws(() => history({ epoch: [], history: {} }), /no finished epoch/);
  });
});

describe('values', () => {
  test('typed arrays, tensors and gaps become plain JSON', () => {
    const tensor = { shape: [3, 1], dataSync: () => Float32Array.of(1, NaN, 3) };
    const made = line({
      title: 't',
      x: { title: 'x' },
      y: { title: 'y' },
      series: [
        { name: 'tensor', y: tensor },
        { name: 'typed', y: Float64Array.of(1, Infinity, 3) },
      ],
    });
    const [a, b] = made.toJSON().data;
    assert.deepEqual(
      [a.y, b.y],
      [
        [1, null, 3],
        [1, null, 3],
      ],
    );
  });
});
