/** A lesson that keeps every rule, and what the linter says after one thing at a time is broken. */
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { judgeFigure } from '../../scripts/lint/lesson/figures';
import { checkLesson } from '../../scripts/lint/lessons';
import {
  codeHash,
  outputsHash,
  sourcesHash,
  writeNotebook,
  type Cell,
  type Notebook,
} from '../../scripts/notebooks/notebook';

const root = mkdtempSync(path.join(tmpdir(), 'lstm-lint-'));
after(() => rmSync(root, { recursive: true, force: true }));
mkdirSync(path.join(root, 'notebooks/figures'), { recursive: true });
mkdirSync(path.join(root, 'notebooks/solutions'));
writeFileSync(path.join(root, 'notebooks/figures/gate.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
const file = path.join(root, 'notebooks/02-parameter-counts.ipynb');
const solutionFile = path.join(root, 'notebooks/solutions/02-parameter-counts.ipynb');
const budget = { seconds: 10, megabytes: 500 };
const claim = {
  lesson: '02',
  text: 'share of the recurrent part',
  source: { ref: '000 §3', value: '96.2 %' },
  format: 'percent',
  unit: '',
  quick: [0.9, 1],
  full: [0.9, 1],
  verdict: 'holds',
};
writeFileSync(
  path.join(root, 'notebooks/claims.json'),
  JSON.stringify({
    lessons: { '02': { title: 'Counts', budget: { quick: budget, full: budget } } },
    claims: { share: claim },
  }),
);

const markdown = (source: string, id: string): Cell => ({ cell_type: 'markdown', id, metadata: {}, source });
const code = (source: string, id: string, data?: Record<string, unknown>): Cell => ({
  cell_type: 'code',
  id,
  metadata: {},
  source,
  execution_count: 1,
  outputs: data ? [{ output_type: 'display_data', metadata: {}, data }] : [],
});

const axis = (title: string) => ({ title: { text: title } });
const figure = () => ({
  data: [{ type: 'scatter', x: [1], y: [2] }],
  layout: { title: { text: 'Parameters' }, xaxis: axis('units'), yaxis: axis('parameters') } as Record<string, unknown>,
});

function good(): Notebook {
  return {
    cells: [
      markdown(
        '# 02 · Counts\n\n**You will be able to**\n- count.\n\n*Needs:* lesson 01.\n\n*Measured:* 4 s and 300 MB in full, on 2 cores.',
        'header',
      ),
      code("claim('share', 0.9615);", 'claim', {
        'application/vnd.lstm-lab.claim+json': { id: 'share', value: 0.9615, ok: true, profile: 'full' },
        'text/plain': 'share = 96.2 %',
      }),
      markdown(
        'The past has 96.2 %. ![A gate, drawn.](figures/gate.svg) See [this lesson](02-parameter-counts.ipynb).',
        'prose',
      ),
      code('plot.line({ x: 0.25 })', 'figure', {
        'application/vnd.plotly.v1+json': figure(),
        'image/png': 'iVBORw0KGgo=',
        'text/plain': 'Parameters',
      }),
      markdown('With a step of 0.25, in $0.125$ and `0.375`.', 'settings'),
      markdown('## What the sources claim, what we measured', 'sources'),
      code("course.sourcesTable('02')", 'table', { 'text/html': '<table></table>', 'text/plain': 'table' }),
      markdown(
        '## Summary\n\n- One gate is four.\n- The past counts.\n- Time does not.\n\n## Exercises\n\n**1.** 17.5 % of what?',
        'closing',
      ),
      code("exercise('02.1').check(0)", 'exercise'),
      markdown(
        '**2.** Two.\n\n**3. (open)** Three.\n\n## Questions to test yourself\n\n1. Why 12.5?\n\n## References\n\n- One.',
        'end',
      ),
    ],
    metadata: {
      kernelspec: { name: 'tslab', display_name: 'TypeScript', language: 'typescript' },
      language_info: { name: 'typescript' },
    },
    nbformat: 4,
    nbformat_minor: 5,
  };
}

const solution = (): Notebook => ({
  ...good(),
  cells: [markdown('# 02 · Counts: solutions', 'header'), code("exercise('02.1').check(98816)", 'one')],
});

function sealed(notebook: Notebook, profile: 'quick' | 'full' = 'full'): Notebook {
  const cost = { seconds: 4, megabytes: 300 };
  const hashes = { sources: sourcesHash(notebook), code: codeHash(notebook), outputs: outputsHash(notebook) };
  notebook.metadata.lstm_lab = { ...hashes, profile, ...cost, costs: { [profile]: { ...cost, cores: 2 } } };
  return notebook;
}

function problems(change: (notebook: Notebook) => void, seal: (notebook: Notebook) => Notebook = sealed): string[] {
  const notebook = good();
  change(notebook);
  writeNotebook(file, seal(notebook));
  writeNotebook(solutionFile, solution());
  return checkLesson(file, root).map(({ place = '', message }) => `${place} ${message}`.trim());
}

const cell = (notebook: Notebook, id: string) => notebook.cells.find((c) => c.id === id)!;
const layoutOf = (notebook: Notebook) =>
  (cell(notebook, 'figure').outputs![0].data!['application/vnd.plotly.v1+json'] as ReturnType<typeof figure>).layout;

test('in a row of panels one name serves all vertical axes', () => {
  const panels = (other: [number, number]) => ({
    data: [
      { xaxis: 'x', yaxis: 'y' },
      { xaxis: 'x2', yaxis: 'y2' },
    ],
    layout: {
      title: 'Panels',
      xaxis: axis('time'),
      xaxis2: axis('time'),
      yaxis: { ...axis('value'), domain: [0, 1] },
      yaxis2: { domain: other },
    },
  });
  assert.deepEqual(judgeFigure(panels([0, 1])), []);
  assert.equal(judgeFigure(panels([0, 0.4])).length, 1);
});

describe('a lesson', () => {
  test('that keeps every rule has no problem', () =>
    assert.deepEqual(
      problems(() => {}),
      [],
    ));

  const broken: Record<string, [(notebook: Notebook) => unknown, RegExp]> = {
    'another kernel': [(n) => (n.metadata.kernelspec!.name = 'deno'), /^its kernelspec must be/],
    'another language': [(n) => (n.metadata.language_info = { name: 'python' }), /language_info must name typescript/],
    'an old format': [(n) => (n.nbformat_minor = 4), /not of nbformat 4\.5/],
    'a cell without id': [(n) => delete n.cells[2].id, /a cell has no id/],
    'an id used twice': [(n) => (n.cells[2].id = 'header'), /two cells have the same id/],
    'another title': [
      (n) => (n.cells[0].source = String(n.cells[0].source).replace('02', '03')),
      /must begin "# 02 · Title"/,
    ],
    'no aims': [
      (n) => (n.cells[0].source = String(n.cells[0].source).replace('You will', 'We')),
      /You will be able to/,
    ],
    'no needs': [
      (n) => (n.cells[0].source = String(n.cells[0].source).replace('*Needs:*', 'Needs')),
      /a line \*Needs:\*/,
    ],
    'no measured line': [
      (n) => (n.cells[0].source = String(n.cells[0].source).replace('*Measured:*', '')),
      /a line \*Measured:\*/,
    ],
    'a cost that was not measured': [
      (n) => (n.cells[0].source = String(n.cells[0].source).replace('4 s', '3 s')),
      /must say "\*Measured:\* 4 s and 300 MB in full, on 2 cores\."/,
    ],
    'no table of sources': [(n) => n.cells.splice(5, 1), /no section "## What the sources claim/],
    'sections out of order': [(n) => n.cells.push(...n.cells.splice(5, 2)), /must come in this order/],
    'a section after the references': [
      (n) => n.cells.push(markdown('## More', 'more')),
      /"## More" comes after the references/,
    ],
    'a heading that stands twice': [
      (n) => (cell(n, 'prose').source += '\n\n### By hand\n\n### By hand'),
      /has the heading "### By hand" twice/,
    ],
    'a summary that says nothing': [
      (n) => (cell(n, 'closing').source = String(cell(n, 'closing').source).replace('Time does not.', 'x')),
      /its summary has 3 items; at least three, each a sentence/,
    ],
    'two exercises': [
      (n) => (cell(n, 'end').source = String(cell(n, 'end').source).replace('**2.** Two.', '').replace('**3.', '**2.')),
      /has 2 exercises/,
    ],
    'no open exercise': [
      (n) => (cell(n, 'end').source = String(cell(n, 'end').source).replace('(open)', '')),
      /marked \(open\)/,
    ],
    'an unsolved exercise': [
      (n) => (cell(n, 'exercise').source = "exercise('02.9').check(0)"),
      /solutions leave out 02\.9/,
    ],
    'a long cell': [
      (n) => (cell(n, 'exercise').source += '\n1;'.repeat(20)),
      /^cell 9 \(exercise.*has 21 lines; at most 15/,
    ],
    'a long cell without reason': [
      (n) => Object.assign(cell(n, 'exercise'), { source: '1;\n'.repeat(20), metadata: { tags: ['long-cell'] } }),
      /long-cell without a reason/,
    ],
    'a wide cell': [
      (n) => (cell(n, 'exercise').source = `const wide = '${'x'.repeat(120)}';`),
      /has a line of 136 characters; at most 120/,
    ],
    'a long output': [
      (n) => (cell(n, 'exercise').outputs = [{ output_type: 'stream', name: 'stdout', text: 'x\n'.repeat(61) }]),
      /shows 61 lines of text/,
    ],
    'a stored error': [
      (n) => (cell(n, 'exercise').outputs = [{ output_type: 'error', ename: 'E', evalue: '', traceback: [] }]),
      /stores an error/,
    ],
    'log noise': [
      (n) => (cell(n, 'exercise').outputs = [{ output_type: 'stream', name: 'stderr', text: 'warning' }]),
      /stores text from stderr/,
    ],
    'a figure without title': [(n) => delete layoutOf(n).title, /a figure has no title/],
    'an axis without name': [(n) => (layoutOf(n).yaxis = {}), /figure's yaxis has no title/],
    'a figure without picture': [(n) => delete cell(n, 'figure').outputs![0].data!['image/png'], /no static picture/],
    'a picture without words': [
      (n) => (cell(n, 'prose').source = String(cell(n, 'prose').source).replace('A gate, drawn.', '')),
      /without alternative text/,
    ],
    'a number without claim': [
      (n) => (cell(n, 'prose').source += ' It takes 31 ms.'),
      /states 31 ms, which no claim measures/,
    ],
    'a dead link': [(n) => (cell(n, 'prose').source += ' [next](03-nowhere.ipynb)'), /links to 03-nowhere\.ipynb/],
    'a dead picture': [(n) => (cell(n, 'prose').source += ' ![x](figures/none.svg)'), /links to figures\/none\.svg/],
    'a path of this machine': [
      (n) => (cell(n, 'prose').source += ' In /home/me/data.csv.'),
      /holds \/home\/me\/data\.csv/,
    ],
    'a path in an output': [
      (n) => (cell(n, 'exercise').outputs = [{ output_type: 'stream', name: 'stdout', text: 'read /tmp/x.csv' }]),
      /holds \/tmp\/x\.csv/,
    ],
  };
  for (const [name, [change, message]] of Object.entries(broken)) {
    test(`with ${name}`, () => {
      const found = problems(change);
      assert.equal(found.length, 1, found.join('\n'));
      assert.match(found[0], message);
    });
  }

  test('with outputs of other sources, of a quick run, or none', () => {
    const change = (n: Notebook) => (cell(n, 'exercise').source = "exercise('02.1').check(1)");
    const late = (n: Notebook) => {
      const notebook = sealed(n);
      change(notebook);
      return notebook;
    };
    assert.match(
      problems(() => {}, late)[0],
      /code was changed after the outputs were stored: npm run notebooks -- 02 --write/,
    );
    assert.match(
      problems(
        () => {},
        (n) => sealed(n, 'quick'),
      )[0],
      /stores the outputs of a quick run/,
    );
    const bare = (n: Notebook) => {
      for (const c of n.cells) if (c.outputs) c.outputs = [];
      return n;
    };
    assert.deepEqual(
      problems(() => {}, bare),
      ['has no stored outputs: npm run notebooks -- 02 --profile full --write'],
    );
  });

  test('that is no notebook is one problem', () => {
    const broken = path.join(root, 'notebooks/09-broken.ipynb');
    writeFileSync(broken, '{');
    assert.match(checkLesson(broken, root)[0].message, /cannot be read as a notebook/);
    rmSync(broken);
  });

  test('of solutions needs no sections', () => {
    writeNotebook(solutionFile, solution());
    assert.deepEqual(checkLesson(solutionFile, root), []);
    copyFileSync(solutionFile, file);
    assert.ok(readFileSync(file).length > 0 && checkLesson(file, root).length > 3);
  });
});
