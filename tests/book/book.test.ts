import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { JSDOM } from 'jsdom';
import { pythonIn } from '../../lib/system';
import { makeBook } from '../../scripts/book/book';
import { renderMath } from '../../scripts/book/math';
import type { Room } from '../../scripts/book/reference/rooms';
import { writeNotebook, type Cell, type Output } from '../../scripts/notebooks/notebook';

const folder = mkdtempSync(path.join(tmpdir(), 'lstm-book-test-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const notebooks = path.join(folder, 'notebooks');
const out = path.join(folder, 'book');
const python = pythonIn(path.resolve(__dirname, '../../.venv'));

const markdown = (source: string, id: string): Cell => ({ cell_type: 'markdown', id, metadata: {}, source });
const code = (source: string, id: string, outputs: Output[]): Cell => ({
  cell_type: 'code',
  id,
  metadata: {},
  source,
  execution_count: 1,
  outputs,
});
const save = (name: string, ...cells: Cell[]) =>
  writeNotebook(path.join(notebooks, `${name}.ipynb`), { cells, metadata: {}, nbformat: 4, nbformat_minor: 5 });

const figure = { data: [{ x: [1], y: [2], name: '</script>' }], layout: { title: { text: 'A "figure"' } } };
const nothing = { also: [], text: '', returns: [], examples: [], members: [] };
const pixel = 'iVBORw0KGgo=';

/** A room of a library, with a function, the class that it makes, and the class's options. */
const rooms: Room[] = [
  {
    name: 'layers',
    text: 'Layers of $n < 3$ kinds.',
    entries: [
      {
        name: 'lstm',
        kind: 'function',
        also: ['long'],
        signatures: ['lstm(args: LSTMArgs): LSTM'],
        text: 'An `LSTM<T>`.',
        returns: ['LSTM'],
        examples: ['const one: number = 1;\nconsole.log(layers.lstm, one < 2); // 1 true'],
        members: [],
      },
      { ...nothing, name: 'LSTM', kind: 'class', signatures: ['class LSTM', 'new LSTM(args: LSTMArgs)'] },
      {
        ...nothing,
        name: 'LSTMArgs',
        kind: 'type',
        signatures: ['interface LSTMArgs'],
        members: [{ signature: 'units: number | null', text: 'Size.\nDefault: 1.' }],
      },
    ],
  },
];

before(() => {
  mkdirSync(path.join(notebooks, 'solutions'), { recursive: true });
  mkdirSync(path.join(notebooks, 'figures'));
  writeFileSync(path.join(notebooks, 'figures/gate.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  save(
    '00-start',
    markdown('# 00 · Start\n\nYou will be able to\n- run `npm start`;\n- stop.\n\n*Measured:* 3 s.', 'a'),
    markdown(
      'Inline $a < b$ costs \\$5.\n\n$$ x_t = \\sum_{i} \\begin{pmatrix} a & b \\\\ c & d \\end{pmatrix} $$\n\n`$code$`',
      'b',
    ),
    markdown('See [next](01-next.ipynb#Why), [the web](https://a.org/x.ipynb).\n\n![A gate](figures/gate.svg)', 'c'),
    code('const one: number = 1;', 'd', [
      {
        output_type: 'display_data',
        metadata: {},
        data: { 'application/vnd.plotly.v1+json': figure, 'image/png': pixel },
      },
    ]),
  );
  save('01-next', markdown('# 01 · Next', 'a'), markdown('## Why\n\nBack to [the start](00-start.ipynb).', 'b'));
  save('solutions/00-start', markdown('# 00 · Start: solutions', 'a'), markdown('[lesson](../00-start.ipynb)', 'b'));
  assert.equal(makeBook({ notebooks, out, python, rooms }), 5);
});

const pages = () => ['index.html', '00-start.html', '01-next.html', 'solutions/00-start.html', 'reference/layers.html'];
const read = (page: string) => readFileSync(path.join(out, page), 'utf8');
const dom = (page: string) => new JSDOM(read(page)).window.document;

describe('the book', () => {
  test('loads nothing from a network', () => {
    for (const page of pages()) {
      for (const element of dom(page).querySelectorAll('script[src], link[href], img[src], iframe')) {
        const source = element.getAttribute('src') ?? element.getAttribute('href')!;
        assert.doesNotMatch(source, /^(https?:)?\/\//, `${page}: ${source}`);
      }
      assert.doesNotMatch(read(page), /import\s*\(|type="module"|require\.min\.js|MathJax/, page);
    }
    for (const file of readdirSync(path.join(out, 'assets')).filter((name) => name.endsWith('.css'))) {
      for (const [, url] of readFileSync(path.join(out, 'assets', file), 'utf8').matchAll(/url\(([^)]+\.woff2)\)/g)) {
        assert.ok(existsSync(path.join(out, 'assets', url)), url);
      }
    }
  });

  test('every link leads to a file of the book', () => {
    for (const page of pages()) {
      for (const element of dom(page).querySelectorAll('[href], [src]')) {
        const to = (element.getAttribute('href') ?? element.getAttribute('src'))!;
        if (/^(https?:|data:|#)/.test(to)) continue;
        const target = path.join(out, path.dirname(page), to.split('#')[0]);
        assert.ok(existsSync(target), `${page} links to ${to}`);
      }
    }
    assert.ok(read('00-start.html').includes('href="01-next.html#Why"'));
    assert.ok(read('00-start.html').includes('https://a.org/x.ipynb'), 'links into the web stay as they are');
    assert.ok(dom('01-next.html').getElementById('Why'));
  });

  test('a room says of each name its signature, what it is, and where an example shows it', () => {
    const document = dom('reference/layers.html');
    for (const link of document.querySelectorAll('main a[href^="#"]'))
      assert.ok(document.getElementById(link.getAttribute('href')!.slice(1)), link.outerHTML);
    const text = document.querySelector('main')!.textContent!.replace(/\s+/g, ' ');
    assert.match(text, /lstm\(args: LSTMArgs\): LSTM An LSTM<T>\. Also: long\. See LSTM, LSTMArgs\. const one: number/);
    assert.match(text, /new LSTM\(args: LSTMArgs\) See LSTMArgs\. An example stands at lstm\./);
    assert.match(text, /units: number \| null Size\. Default: 1\./);
    assert.ok(document.querySelector('.highlight .kd, .highlight .kr'), 'code is coloured');
    assert.match(dom('index.html').body.textContent!, /The library's rooms\s*layersLayers of/);
  });

  test('formulas are rendered, dollars and code are not', () => {
    const document = dom('00-start.html');
    assert.equal(document.querySelectorAll('.katex').length, 2);
    assert.equal(document.querySelectorAll('.katex-display').length, 1);
    const annotations = [...document.querySelectorAll('annotation')].map((element) => element.textContent);
    assert.equal(annotations[0], 'a < b');
    assert.match(annotations[1]!, /a & b \\\\ c & d/);
    assert.ok(document.body.textContent!.includes('$code$'));
  });

  test('a figure is its picture, with the data for the interactive one', () => {
    const holder = dom('00-start.html').querySelector('.figure')!;
    assert.equal(holder.querySelector('img')!.getAttribute('src'), `data:image/png;base64,${pixel}`);
    assert.equal(holder.querySelector('img')!.getAttribute('alt'), 'A "figure"');
    assert.deepEqual(JSON.parse(holder.querySelector('script')!.textContent!), figure);
  });

  test('the first page lists the lessons and what they teach', () => {
    const text = dom('index.html').querySelector('.lessons')!.textContent!;
    assert.match(text, /00 · Start.*run npm start.*stop.*3 s\..*01 · Next/s);
  });
});

test('a formula that cannot be rendered is named', () => {
  const { document } = new JSDOM('<p>$\\frac{1$</p>').window;
  assert.throws(
    () => renderMath(document.querySelector('p')!, '01 · Theory'),
    /^Error: 01 · Theory: the formula \\frac\{1 cannot/,
  );
});
