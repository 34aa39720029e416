/** The value of a cell, whatever it is: it is shown, and never fails the cell. */
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { converse, missing, ofKind, type Outcome } from './kernel';

const frames = {
  hiding: `import * as pl from 'nodejs-polars';
pl.DataFrame({ height: [1, 2], columns: ['a', 'b'], row: [true, false], dtypes: [1.5, null], shape: [3, 4], '0': [5, 6], length: [7, 8], toString: [9, 10] })`,
  nested: `pl.DataFrame({ list: [[1, 2], [3]], struct: [{ a: 1, b: 'x' }, { a: 2, b: 'y' }], date: [new Date('2020-01-02'), new Date(1)], big: [10n, 2n] })`,
  empty: 'pl.DataFrame({})',
  noRows: "pl.DataFrame({ a: [1] }).filter(pl.col('a').gt(5))",
  listSeries: "pl.Series('lists', [[1, 2], [3]])",
  dateSeries: "pl.Series('dates', [new Date('2020-01-02')])",
  large: 'pl.DataFrame({ x: [123456789.123, 0.5] })',
  long: 'pl.DataFrame({ x: Array.from({ length: 100000 }, (_, at) => at) })',
  lazy: 'pl.DataFrame({ x: [1] }).lazy()',
  danfoHiding: `import * as dfd from 'danfojs-node';
new dfd.DataFrame({ values: [1, 2], columns: ['a', 'b'], index: [3, 4], shape: [5, 6], height: [7, 8] })`,
  danfoNested: 'new dfd.DataFrame({ n: [1, null], l: [[1, 2], { a: 1 }] })',
};

const values: Record<string, [code: string, text: string | RegExp]> = {
  throwingDisplay: ["({ a: 1, [Symbol.for('Jupyter.display')]() { throw new Error('no'); } })", /^\{\n? *a: 1,/],
  emptyDisplay: ["({ b: 2, [Symbol.for('Jupyter.display')]: () => null as any })", /^\{\n? *b: 2,/],
  bigintDisplay: [
    "({ c: 3, [Symbol.for('Jupyter.display')]: () => ({ 'application/json': { big: 1n } }) })",
    /^\{\n? *c: 3,/,
  ],
  throwingInspect: ["({ d: 4, [Symbol.for('nodejs.util.inspect.custom')]() { throw new Error('no'); } })", /d: 4/],
  inspectSaysNothing: [
    "({ e: 5, [Symbol.for('nodejs.util.inspect.custom')]() { return undefined; } })",
    /undefined|e: 5/,
  ],
  throwingProxy: [
    'new Proxy({ f: 6 } as any, { get() { throw new Error("get"); }, has() { throw new Error("has"); }, ownKeys() { throw new Error("keys"); }, getPrototypeOf() { throw new Error("proto"); }, getOwnPropertyDescriptor() { throw new Error("own"); } })',
    '{ f: 6 }',
  ],
  revoked: ['(() => { const r = Proxy.revocable({}, {}); r.revoke(); return r.proxy; })()', /Revoked Proxy/],
  getter: ['({ get g() { throw new Error("getter"); } })', '{ g: [Getter] }'],
  almostTensor: ['({ dataSync() { throw 1; }, shape: [1], dtype: "x", toString() { throw 1; } })', /dataSync/],
  almostModel: ['({ layers: [], summary() { throw new Error("not built"); } })', /layers: \[\]/],
  circular: ['(() => { const o: any = { h: 8 }; o.self = o; return o; })()', '<ref *1> { h: 8, self: [Circular *1] }'],
  map: [
    'new Map<unknown, unknown>([["a", new Set([1, 2])], [{ k: 1 }, 10n]])',
    /^Map\(2\) \{ 'a' => Set\(2\) \{ 1, 2 \}/,
  ],
  typed: ['new Float32Array([0.5, 1])', 'Float32Array(2) [ 0.5, 1 ]'],
  noPrototype: ['Object.assign(Object.create(null), { i: 9 })', '[Object: null prototype] { i: 9 }'],
  nothing: ['null', 'null'],
  bigint: ['10n ** 20n', '100000000000000000000n'],
  number: ['123456789.123', '123456789.123'],
  negativeZero: ['-0', '-0'],
  symbol: ["Symbol('s')", 'Symbol(s)'],
  date: ["new Date('2020-01-02')", '2020-01-02T00:00:00.000Z'],
  invalidDate: ['new Date(NaN)', 'Invalid Date'],
  regexp: ['/a/g', '/a/g'],
  resolved: ['Promise.resolve([1])', /1/],
  callable: ['class Named {}\nNamed', '[class Named]'],
  array: ['[[1, [2, [3, [4, [5, [6]]]]]]]', /\[Array\]/],
  error: ["new RangeError('as a value')", /^RangeError: as a value/],
};

describe('the value of a cell', { skip: missing }, () => {
  let outcome: Outcome;
  const codes = [...Object.values(frames), ...Object.values(values).map(([code]) => code)];
  const names = [...Object.keys(frames), ...Object.keys(values)];
  const shown = (name: string) => {
    const step = outcome.steps[names.indexOf(name)];
    assert.equal(step.reply.status, 'ok', `${name}: ${step.reply.evalue}`);
    return (ofKind(step, 'execute_result')[0]?.data ?? {}) as Record<string, string>;
  };
  const table = (name: keyof typeof frames) => {
    const data = shown(name);
    assert.match(data['text/html'], /^<table/);
    return data['text/plain'].split('\n').map((line) => line.trim().split(/ {2,}/));
  };

  before(async () => {
    outcome = await converse([
      ...codes.map((execute) => ({ execute })),
      { execute: 'Array.from({ length: 60 }, () => Array.from({ length: 60 }, () => Array(60).fill(0.123456)))' },
      { execute: "'x'.repeat(1e6)" },
      { execute: 'Object.fromEntries(Array.from({ length: 50000 }, (_, at) => [`key${at}`, at]))' },
    ]);
  });

  test('is a table when it is a polars frame, whatever its columns are called', () => {
    const rows = table('hiding');
    assert.deepEqual(rows[0], ['0', 'height', 'columns', 'row', 'dtypes', 'shape', 'length', 'toString']);
    assert.deepEqual(rows[2], ['5', '1', 'a', 'true', '1.5', '3', '7', '9']);
    assert.deepEqual(rows.at(-1), ['2 rows × 8 columns']);
  });

  test('is a table when columns hold lists, structs and dates, or nothing', () => {
    const rows = table('nested');
    assert.deepEqual(rows[1][0], 'List(Float64)');
    assert.deepEqual(rows[2], ['[ 1, 2 ]', "{ a: 1, b: 'x' }", '2020-01-02', '10']);
    assert.deepEqual(table('empty').at(-1), ['0 rows × 0 columns']);
    assert.deepEqual(table('noRows').at(-1), ['0 rows × 1 column']);
    assert.deepEqual(table('listSeries')[2], ['[ 1, 2 ]']);
    assert.deepEqual(table('dateSeries')[2], ['2020-01-02']);
    assert.deepEqual(table('long').at(-1), ['100000 rows × 1 column']);
    assert.match(shown('lazy')['text/plain'], /\S/);
  });

  test('shows all digits that count', () => {
    assert.deepEqual(table('large')[2], ['123456789.123']);
  });

  test('is a table when it is a danfo frame, whatever its columns are called', () => {
    const rows = table('danfoHiding');
    assert.deepEqual(rows[0], ['values', 'columns', 'index', 'shape', 'height']);
    assert.deepEqual(rows[2], ['0', '1', 'a', '3', '5', '7']);
    assert.deepEqual(table('danfoNested').slice(2, 4), [
      ['0', '1', '[ 1, 2 ]'],
      ['1', 'null', '{ a: 1 }'],
    ]);
  });

  for (const [name, [, text]] of Object.entries(values))
    test(`prints, and does not fail the cell: ${name}`, () => {
      const plain = shown(name)['text/plain'];
      if (typeof text === 'string') assert.equal(plain, text);
      else assert.match(plain, text);
    });

  test('is cut when it is huge', () => {
    for (const step of outcome.steps.slice(-3)) {
      const { 'text/plain': text } = ofKind(step, 'execute_result')[0].data as Record<string, string>;
      assert.ok(text.length < 60_000, String(text.length));
      assert.match(text, /more (items|characters)/);
    }
  });
});
