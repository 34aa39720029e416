/** Notebooks that are damaged anywhere: each is refused in one sentence that names it, or is read and judged like any other. */
import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { withFigures } from '../../scripts/book/figures';
import { checkLesson } from '../../scripts/lint/lessons';
import { claimsFor } from '../../scripts/notebooks/claims';
import { judgeBudget, judgeStatements, judgeStored } from '../../scripts/notebooks/judge';
import { readNotebook, sourcesHash } from '../../scripts/notebooks/notebook';
import type { NotebookResult } from '../../scripts/notebooks/result';
import { longestFirst } from '../../scripts/notebooks/run';
import { stamp, store } from '../../scripts/notebooks/store';

const root = path.resolve(__dirname, '../..');
const folder = mkdtempSync(path.join(tmpdir(), 'lstm-damaged-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const file = path.join(folder, '51-good.ipynb');
copyFileSync(path.join(__dirname, 'fixtures/claims.json'), path.join(folder, 'claims.json'));

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A notebook with one output of each kind, and what `--write` stores. */
const whole = (): Json => ({
  cells: [
    { cell_type: 'markdown', id: 'a', metadata: {}, source: ['# 51 · Good\n', '*Measured:* ', '[a](#b) 5 s'] },
    {
      cell_type: 'code',
      id: 'b',
      metadata: { tags: ['raises-exception'] },
      source: 'claim("good.sum", 6)',
      execution_count: 1,
      outputs: [
        { output_type: 'stream', name: 'stdout', text: ['a\r\n', 'b'] },
        { output_type: 'error', ename: 'E', evalue: 'v', traceback: ['t'] },
        {
          output_type: 'display_data',
          metadata: {},
          data: {
            'application/vnd.lstm-lab.claim+json': { id: 'good.sum', value: 6, ok: true, profile: 'quick' },
            'application/vnd.lstm-lab.exercise+json': { id: '51.1', passed: false },
            'application/vnd.plotly.v1+json': { data: [{ type: 'bar' }], layout: { title: { text: 'T' }, xaxis: {} } },
            'image/png': 'iVBORw0KGgo=',
            'text/plain': ['x'],
          },
        },
      ],
    },
  ],
  metadata: {
    kernelspec: { name: 'tslab', display_name: 'TypeScript', language: 'typescript' },
    language_info: { name: 'typescript' },
    lstm_lab: {
      sources: 's',
      code: 'c',
      outputs: 'o',
      profile: 'full',
      seconds: 1,
      megabytes: 1,
      costs: { full: { seconds: 1, megabytes: 1, cores: 2 } },
    },
  },
  nbformat: 4,
  nbformat_minor: 5,
});

/** The places of a value: the keys that lead to each part of it. */
function* places(value: Json, at: (string | number)[] = []): Generator<(string | number)[]> {
  if (at.length > 0) yield at;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value))
    yield* places(inner, [...at, Array.isArray(value) ? Number(key) : key]);
}

/** What a part is replaced by; undefined stands for nothing at all. */
const substitutes: (Json | undefined)[] = [
  undefined,
  null,
  7,
  -1.5,
  true,
  '',
  'x',
  [],
  [null],
  ['x', 3],
  {},
  { x: null },
];

function damaged(at: (string | number)[], substitute: Json | undefined): Json {
  const notebook = whole();
  let parent = notebook as Record<string | number, Json>;
  for (const key of at.slice(0, -1)) parent = parent[key] as Record<string | number, Json>;
  const last = at.at(-1)!;
  if (substitute !== undefined) parent[last] = substitute;
  else if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else delete parent[last];
  return notebook;
}

/** Everything that the runner, the linter and the book do with a notebook, apart from running it. */
function use(): void {
  const notebook = readNotebook(file);
  const claims = claimsFor(file);
  sourcesHash(notebook);
  judgeStatements(file, notebook, claims, 'quick', false);
  judgeBudget(file, claims, 'quick', { seconds: 1, megabytes: 1 });
  judgeStored(notebook);
  withFigures(notebook);
  stamp(file);
  const result = { file, profile: 'quick', seconds: 1, megabytes: 1 } as NotebookResult;
  store(result, readNotebook(file));
  readNotebook(file);
}

test('every part replaced by every kind of value', () => {
  let refused = 0;
  const cases = [...places(whole())].flatMap((at) => substitutes.map((substitute) => ({ at, substitute })));
  assert.ok(cases.length > 600, `${cases.length} cases`);
  for (const { at, substitute } of cases) {
    const name = `${at.join('.')} = ${String(substitute)}`;
    writeFileSync(file, JSON.stringify(damaged(at, substitute)));
    longestFirst([file], 'quick');
    assert.deepEqual(
      checkLesson(file, folder).filter(({ message }) =>
        /^\w*Error\b|Cannot read|is not a function|not iterable/.test(message),
      ),
      [],
      name,
    );
    try {
      use();
    } catch (error) {
      refused++;
      assert.equal((error as Error).constructor, Error, `${name}: ${(error as Error).stack}`);
      assert.match((error as Error).message, /^51-good\.ipynb [^\n]+\.$/, name);
    }
  }
  assert.ok(refused > 100, `${refused} refused`);
});

test('a file that was cut off anywhere, or holds something else, is a sentence', () => {
  const text = readFileSync(path.join(root, 'tests/notebooks/fixtures/green/51-good.ipynb'), 'utf8');
  const contents = Array.from({ length: 40 }, (_, i) => text.slice(0, Math.floor((text.length * i) / 40)));
  for (const content of [...contents, 'null', '[]', '7', '"x"', '\ufeff', '{"nbformat":3,"worksheets":[]}']) {
    writeFileSync(file, content);
    assert.throws(use, /^Error: 51-good\.ipynb (cannot be read as a notebook: |is not a notebook of nbformat 4\.)/);
  }
});
