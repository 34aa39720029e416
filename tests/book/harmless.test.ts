/** The book of a notebook that means harm: its text is there to be read, nothing of it runs. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { JSDOM } from 'jsdom';
import { pythonIn } from '../../lib/system';
import { makeBook } from '../../scripts/book/book';
import { writeNotebook, type Output } from '../../scripts/notebooks/notebook';

const folder = mkdtempSync(path.join(tmpdir(), 'lstm-book-harmless-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const notebooks = path.join(folder, 'notebooks');
const out = path.join(folder, 'book');
const python = pythonIn(path.resolve(__dirname, '../../.venv'));
const name = `00-"><img src=x onerror=run()> & 'é' 100% #1?`;

const hostile = [
  '# 00 · Title <script>run()</script> </title><script>run()</script> "\' onmouseover=run() x="',
  'You will be able to\n- aim <img src=x onerror=run()> `<script>run()</script>` **<b onclick=run()>**;\n\n*Measured:* <svg onload=run()> 3 s',
  '## Heading <script>run()</script>\n\n### <img src=x onerror="run()"> second\n\n#### "><script>run()</script>',
  '<script>run()</script>\n\n<script src="data:text/javascript,run()"></script>\n\n<SCRIPT\n>run()</SCRIPT\n>',
  '<script type="module">run()</script>\n\n<script type="text/javascript" data-x="application/json">run()</script>',
  '[link](javascript:run()) [link](JaVaScRiPt:run()) [link](data:text/html,<script>run()</script>) [link](vbscript:run)',
  '<a href="java&#10;script:run()">link</a> <a href="&#1;javascript:run()">link</a> <a href=" javascript:run()">link</a>',
  '<javascript:run()> [ref]\n\n[ref]: javascript:run()',
  '![alt" onerror="run()](x.png) ![x](y.png "title\' onload=\'run()") ![x](javascript:run())',
  '<a id="anchor" onfocus=run() autofocus tabindex=1>anchor</a> <p onclick="run()" ONMOUSEOVER=run()>event</p>',
  '<iframe src="javascript:run()"></iframe><object data="javascript:run()"></object><embed src="x.swf">',
  '<base href="https://a.example/"><meta http-equiv="refresh" content="0;url=javascript:run()"><link rel="stylesheet" href="https://a.example/x.css">',
  '<form action="javascript:run()"><button formaction="javascript:run()">press</button></form>',
  '<svg><script>run()</script><a xlink:href="javascript:run()"><text>svg</text></a><animate onbegin=run() attributeName=x></svg>',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror=run()&gt;"></table></mtext></math>',
  '<noscript><p title="</noscript><img src=x onerror=run()>"></noscript>',
  '<details open ontoggle=run()><summary>more</summary>inside</details><video><source onerror=run()></video>',
  'Formulas: $\\href{javascript:run()}{x}$ and $x < <img src=x onerror=run()>$',
  '```html\n<script>run()</script>\n```\n\n`<img src=x onerror=run()>`',
];
const bundle = (data: Record<string, unknown>): Output => ({ output_type: 'display_data', metadata: {}, data });
const outputs: Output[] = [
  bundle({ 'text/html': '<b onclick=run()>shown</b><script>run()</script>' }),
  bundle({ 'text/markdown': '[link](javascript:run()) <script>run()</script>' }),
  bundle({ 'image/svg+xml': '<svg xmlns="http://www.w3.org/2000/svg" onload="run()"><script>run()</script></svg>' }),
  bundle({ 'application/javascript': 'run()' }),
  bundle({
    'application/vnd.plotly.v1+json': {
      data: [{ name: '</script><script>run()</script><!--<script>' }],
      layout: { title: { text: `'"><img src=x onerror='run()' alt="` } },
    },
    'image/png': '"><script>run()</script>',
  }),
  { output_type: 'stream', name: 'stdout', text: '<script>run()</script>\u001b[31m<img src=x onerror=run()>\u001b[0m' },
  { output_type: 'error', ename: '<script>run()</script>', evalue: '', traceback: ['<script>run()</script>'] },
];

before(() => {
  mkdirSync(path.join(notebooks, 'solutions'), { recursive: true });
  const save = (file: string) =>
    writeNotebook(path.join(notebooks, `${file}.ipynb`), {
      cells: [
        ...hostile.map((source, i) => ({ cell_type: 'markdown' as const, id: `m${i}`, metadata: {}, source })),
        {
          cell_type: 'code',
          id: 'c',
          metadata: {},
          source: 'const a = "<script>run()</script>";',
          execution_count: 1,
          outputs,
        },
      ],
      metadata: {},
      nbformat: 4,
      nbformat_minor: 5,
    });
  for (const file of [name, '01-next', `solutions/${name}`]) save(file);
  makeBook({ notebooks, out, python });
});

const pages = () =>
  readdirSync(out, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.html'))
    .map((file) => ({
      file,
      window: new JSDOM(readFileSync(path.join(out, file), 'utf8'), {
        runScripts: 'dangerously',
        beforeParse: (window) => void (window.run = () => assert.fail(`${file} runs what it was given`)),
      }).window,
    }));

test('nothing that a notebook holds runs on a page', () => {
  assert.equal(pages().length, 4);
  for (const { file, window } of pages()) {
    for (const element of window.document.querySelectorAll('*')) {
      const place = `${file}: ${element.outerHTML.slice(0, 200)}`;
      const own = /^(\.\.\/)?assets\/\w+(\.min)?\.js$/.test(element.getAttribute('src') ?? '') && !element.textContent;
      if (element.localName === 'script') assert.ok(own || element.getAttribute('type') === 'application/json', place);
      assert.ok(!['iframe', 'object', 'embed', 'base', 'noscript'].includes(element.localName), place);
      assert.ok(!element.hasAttribute('http-equiv'), place);
      for (const { name: attribute, value } of element.attributes) {
        assert.doesNotMatch(attribute, /^on/i, place);
        const target = [...value].filter((character) => character > ' ').join('');
        const picture = element.localName === 'img' && target.startsWith('data:image/'); // shown, even an SVG with scripts
        if (!picture) assert.doesNotMatch(target, /^(javascript|vbscript|data):/i, place);
      }
    }
  }
});

test('its text, its figures and the way to its pages stay', () => {
  const page = pages().find(({ file }) => file.startsWith('00-'))!.window.document;
  for (const text of [
    'Title',
    'Heading',
    'anchor',
    'event',
    'press',
    'more',
    'inside',
    'shown',
    '<script>run()</script>',
  ])
    assert.ok(page.querySelector('main')!.textContent!.includes(text), text);
  const figure = page.querySelector('.figure')!;
  assert.match(figure.querySelector('img')!.alt, /^'"><img src=x onerror='run\(\)' alt="$/);
  assert.equal(
    JSON.parse(figure.querySelector('script')!.textContent!).data[0].name,
    '</script><script>run()</script><!--<script>',
  );
  const first = pages().find(({ file }) => file === 'index.html')!.window.document;
  for (const link of first.querySelectorAll('a')) {
    const target = decodeURIComponent(link.getAttribute('href')!);
    assert.ok(readFileSync(path.join(out, target)), target);
  }
});
