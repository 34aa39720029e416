import { after, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { readCSV, seattleWeather, sp500, type CSVOptions } from '../../lib/data';
import { displaySymbol } from '../../lib/notebook';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'csv-'));
after(() => fs.rmSync(folder, { recursive: true }));

const columns = { day: 'date', degrees: 'number', sky: ['clear', 'grey'], note: 'text' } as const;
const good = 'day,degrees,sky,note\n2020-02-29,1.5,clear,"a, b"\n2020-03-01,-2e1,grey,\n';
const file = path.join(folder, 'table.csv');
const read = (content: string | Buffer, options?: CSVOptions) => {
  fs.writeFileSync(file, content);
  return readCSV(file, columns, options);
};

describe('readCSV', () => {
  test('gives typed rows, columns of numbers and a typed frame', () => {
    for (const content of [good, good.replaceAll('\n', '\r\n'), `\uFEFF${good}`]) {
      const table = read(content);
      assert.deepEqual(table.rows[0], {
        day: new Date('2020-02-29T00:00:00Z'),
        degrees: 1.5,
        sky: 'clear',
        note: 'a, b',
      });
      assert.deepEqual(table.column('degrees'), Float64Array.of(1.5, -20));
      assert.deepEqual(table.frame.getColumn('degrees').toArray(), [1.5, -20]);
      assert.equal(String(table.frame.schema.day), 'DataType(Date)');
    }
  });

  test('says in one sentence what is wrong, and where', () => {
    const cases: [string, RegExp][] = [
      ['', /is empty; a header and at least one row/],
      ['day,degrees\n', /begins with "day,degrees"; the header "day,degrees,sky,note" was expected/],
      ['day,degrees,sky,note\n', /a header and no rows/],
      [good.replace('clear,"a, b"', 'clear'), /line 2 has 3 fields; 4 were expected/],
      [good.replace('grey,', 'grey,x,y'), /line 3 has 5 fields/],
      [good.replace('1.5', 'warm'), /line 2, degrees: "warm" is no number/],
      [good.replace('1.5', ''), /line 2, degrees: "" is no number/],
      [good.replace('1.5', '0x10'), /"0x10" is no number/],
      [good.replace('1.5', '1e999'), /"1e999" is no number/],
      [good.replace('2020-02-29', '2020-02-30'), /line 2, day: "2020-02-30" is no date/],
      [good.replace('clear', 'green'), /line 2, sky: "green" is none of clear, grey/],
    ];
    for (const [content, message] of cases) assert.throws(() => read(content), message, content);
    assert.throws(() => readCSV(path.join(folder, 'none.csv'), columns), /cannot be read \(ENOENT\)/);
    assert.throws(() => (readCSV as (file: string) => unknown)('none.csv'), /needs the kinds of the columns/);
    assert.throws(() => readCSV(folder, columns), /cannot be read \(EISDIR\)/);
  });

  test('reads what RFC 4180 allows: lines, quotes and commas within quotes, quoted headers, any end of line', () => {
    const quoted = '"day","degrees","sky","note"\r\n2020-02-29,"1.5",clear,"two\nlines, ""quoted"""\r\n\r\n';
    const [row] = read(quoted).rows;
    assert.deepEqual([row.degrees, row.note], [1.5, 'two\nlines, "quoted"']);
    assert.equal(read(good.replace('\n', '\r\n').replace(/\n$/, '\r')).length, 2);
    assert.throws(() => read(`${quoted}\n2020-03-01,warm,grey,\n`), /table\.csv, line 6, degrees: "warm" is no number/);
    assert.throws(() => read(`${good}2020-03-02,1,grey,"x\n`), /line 4: a quote is opened here and never closed\.$/);
    assert.throws(() => read(`${good}2020-03-02,1,grey,x"y\n`), /line 4: a quote stands within a field/);
    assert.throws(() => read(`${good}2020-03-02,1,grey,"x"y\n`), /line 4: text follows a closing quote/);
  });

  test('gives back any text that was written by that rule', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'é', '😀') });
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 5 }), (rows) => {
        const lines = [['a', 'b'], ...rows].map((row) => row.map((field) => `"${field.replaceAll('"', '""')}"`).join());
        fs.writeFileSync(file, lines.join('\r\n'));
        const table = readCSV(file, { a: 'text', b: 'text' });
        assert.deepEqual(
          table.rows.map(({ a, b }) => [a, b]),
          rows,
        );
      }),
      { numRuns: 200 },
    );
  });

  test('decodes UTF-8, UTF-16 that says so, and the encoding that is stated', () => {
    const text = good.replace('a, b', 'très');
    for (const [content, options] of [
      [text, undefined],
      [Buffer.from(`\uFEFF${text}`, 'utf16le'), undefined],
      [Buffer.from(`\uFEFF${text}`, 'utf16le').swap16(), undefined],
      [Buffer.from(text, 'utf16le'), { encoding: 'utf-16le' }],
      [Buffer.from(text, 'latin1'), { encoding: 'latin1' }],
    ] as const)
      assert.equal(read(content as string, options).rows[0].note, 'très');
    const latin = Buffer.from(text, 'latin1');
    assert.throws(() => read(latin), /table\.csv is not written in utf-8; .* \{ encoding: 'latin1' \}\.$/);
    assert.throws(() => read(latin, { encoding: 'latin9000' }), /no encoding is called "latin9000"/);
    assert.throws(() => read(latin, { charset: 'latin1' } as never), /no option "charset"/);
  });

  test('reads other delimiters, decimals, thousands and spaces, when they are stated', () => {
    const numbers = (fields: string[], options?: CSVOptions) => {
      fs.writeFileSync(file, ['n', ...fields.map((field) => JSON.stringify(field))].join('\n'));
      return Array.from(readCSV(file, { n: 'number' }, options).column('n'));
    };
    assert.equal(read(good.replaceAll(', b', ' b').replaceAll(',', ';'), { delimiter: ';' }).rows[0].note, 'a b');
    assert.equal(read(good.replaceAll(',c', ' ,  c'), { trim: true }).rows[0].degrees, 1.5);
    assert.deepEqual(numbers(['1,234,567.5', '12', '-1,000', '1e3'], { thousands: ',' }), [1234567.5, 12, -1000, 1000]);
    assert.deepEqual(numbers(['1.234,5', '0,25', '7'], { decimal: ',', thousands: '.' }), [1234.5, 0.25, 7]);
    assert.throws(() => numbers(['1,234']), /"1,234" is no number; .* give \{ thousands: ',' \}\.$/);
    for (const [field, options] of [
      ['12,34', { thousands: ',' }],
      ['1,2345', { thousands: ',' }],
      ['1.5', { decimal: ',' }],
      ['1,5,5', { decimal: ',' }],
    ] as const)
      assert.throws(() => numbers([field], options), /is no number/, field);
    assert.throws(() => numbers(['1'], { thousands: '.' }), /"\." cannot be decimal and thousands/);
    assert.throws(
      () => read(good.replaceAll(',', '\t')),
      /Its fields are separated otherwise: give \{ delimiter: "\\t" \}/,
    );
    assert.throws(() => read(good.replace('sky', 'day')), /has two columns "day"/);
  });

  test('loads polars only when a frame is asked for', () => {
    const program = `const { seattleWeather } = require('./lib/data'); const isLoaded = () => Object.keys(require.cache).some((file) => file.includes('nodejs-polars'));
      const table = seattleWeather(); console.log(isLoaded(), table.frame.height, isLoaded())`;
    const root = path.resolve(__dirname, '../..');
    const out = execFileSync(process.execPath, ['--import', 'tsx', '-e', program], { cwd: root, encoding: 'utf8' });
    assert.equal(out.trim(), 'false 1461 true');
  });

  test('survives any damage: a right table or one sentence', () => {
    const bytes = Buffer.from(good);
    const damage = fc.tuple(fc.nat(bytes.length), fc.nat(20), fc.uint8Array({ maxLength: 20 }));
    fc.assert(
      fc.property(damage, ([at, cut, put]) => {
        const content = Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + cut)]);
        try {
          for (const row of read(content).rows) {
            assert.ok(Number.isFinite(row.degrees) && !Number.isNaN(row.day.getTime()));
            assert.ok(['clear', 'grey'].includes(row.sky));
          }
        } catch (error) {
          const { name, message } = error as Error;
          assert.equal(name, 'Error', message);
          assert.ok(message.startsWith(folder) && message.split('\n').length <= 2, message);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('the course’s tables', () => {
  test('seattle-weather: four whole years, one row a day', () => {
    const weather = seattleWeather();
    assert.equal(weather.length, 1461);
    weather.rows.forEach((row, i) => assert.equal(row.date.getTime(), Date.UTC(2012, 0, 1 + i)));
    assert.equal(Math.max(...weather.column('temp_max')), 35.6);
    assert.throws(() => weather.column('weather' as never), /no column of numbers/);
    assert.match(String(weather[displaySymbol]()['text/plain']), /^1,461 rows, 6 columns/);
  });

  test('sp500: rising dates, the low below the high', () => {
    const index = sp500();
    assert.equal(index.length, 5105);
    index.rows.forEach((row, i) => {
      if (i > 0) assert.ok(row.date > index.rows[i - 1].date);
      assert.ok(row.low <= row.high && row.volume >= 0);
    });
  });

  test('are the bytes that data/README.md names', () => {
    const readme = fs.readFileSync(path.join(__dirname, '../../data/README.md'), 'utf8');
    for (const file of [seattleWeather().file, sp500().file]) {
      const digest = crypto.createHash('sha256').update(fs.readFileSync(file)).digest('hex');
      assert.ok(readme.includes(digest), `${path.basename(file)} has SHA-256 ${digest}`);
    }
  });

  test('a file in LSTM_LAB_DATA goes first', () => {
    const file = path.join(folder, 'seattle-weather.csv');
    fs.writeFileSync(file, 'date,precipitation,temp_max,temp_min,wind,weather\n2016-01-01,0,1,2,3,sun\n');
    process.env.LSTM_LAB_DATA = folder;
    try {
      assert.equal(seattleWeather().file, file);
      assert.equal(seattleWeather().length, 1);
    } finally {
      delete process.env.LSTM_LAB_DATA;
    }
  });
});
