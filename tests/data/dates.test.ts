import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { calendarDays, dateFormats, dateLanguages, writeDate, writtenDates, type DateFormat } from '../../lib/data';

const formats = Object.keys(dateFormats) as DateFormat[];
const everywhere = (iso: string) =>
  dateLanguages.flatMap((language) => formats.map((format) => writeDate(iso, language, format)));

describe('written dates', () => {
  test('this Node has all forty languages: it was built with full ICU', () => {
    assert.equal(new Set(dateLanguages).size, 40);
    assert.equal(Intl.DateTimeFormat.supportedLocalesOf([...dateLanguages]).length, 40);
    const long = dateLanguages.map((language) => writeDate('2023-03-09', language, 'long').text);
    assert.ok(new Set(long).size > 30, 'languages that write alike are few');
  });

  test('are written as people write them', () => {
    const long = (language: 'en' | 'de' | 'fr' | 'ja' | 'ko') => writeDate('2023-03-09', language, 'long').text;
    assert.deepEqual(
      [long('en'), long('de'), long('fr'), long('ja'), long('ko')],
      ['march 9, 2023', '9. märz 2023', '9 mars 2023', '2023年3月9日', '2023년 3월 9일'],
    );
    assert.equal(writeDate('2023-03-09', 'en', 'short').text, '3/9/23');
    assert.equal(writeDate('2023-03-09', 'en', 'full').text, 'thursday, march 9, 2023');
  });

  test('name the characters of year, month and day, and these say the day', () => {
    for (const iso of ['1950-01-01', '2024-02-29', '1999-12-31', '2007-11-05'])
      for (const { text, fields, language, format } of everywhere(iso)) {
        const characters = [...text];
        const field = (name: 'year' | 'month' | 'day') => characters.slice(...fields[name]!).join('');
        const where = `${language} ${format}: ${text}`;
        assert.equal(Number(field('day')), Number(iso.slice(8)), where);
        assert.equal(Number(field('year')) % 100, Number(iso.slice(2, 4)), where);
        const digits = /\d+/.exec(field('month'));
        if (digits) assert.equal(Number(digits[0]), Number(iso.slice(5, 7)), where);
      }
  });

  test('hold no second kind of space, no marks of direction, no capitals and no digits but Western ones', () => {
    for (const month of ['01', '05', '09'])
      for (const { text } of everywhere(`2031-${month}-28`)) {
        assert.doesNotMatch(text, /[^\S ]|[\u200e\u200f]/u, text);
        assert.doesNotMatch(text.replace(/[0-9]/g, ''), /\p{Nd}/u, text);
        assert.equal(text, text.toLowerCase().normalize('NFC'));
      }
  });

  test('do not depend on the zone of the machine', () => {
    const zone = process.env.TZ;
    try {
      for (process.env.TZ of ['Pacific/Kiritimati', 'Pacific/Pago_Pago'])
        assert.equal(writeDate('2023-03-09', 'en', 'long').text, 'march 9, 2023');
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
  });

  test('the calendar has its days, leap days included', () => {
    const days = calendarDays(1950, 2049);
    assert.equal(days.length, 36_525);
    assert.deepEqual([days[0], days.at(-1)], ['1950-01-01', '2049-12-31']);
    assert.ok(days.includes('2000-02-29') && !days.includes('2023-02-29'));
    assert.equal(new Set(days).size, days.length);
  });

  test('are drawn anew with another seed, and from what was given only', () => {
    const days = calendarDays(2001, 2002);
    const draw = (seed: number) => writtenDates({ count: 300, days, languages: ['de', 'ja'], formats: ['long'], seed });
    assert.deepEqual(draw(1), draw(1));
    assert.notDeepEqual(draw(1), draw(2));
    assert.ok(draw(1).every(({ iso, format }) => days.includes(iso) && format === 'long'));
    assert.deepEqual(new Set(draw(1).map(({ language }) => language)), new Set(['de', 'ja']));
  });

  test('say what is wrong', () => {
    assert.throws(() => writeDate('2023-02-29', 'de', 'long'), /no day of the calendar/);
    assert.throws(() => writeDate('9.3.2023', 'de', 'long'), /YYYY-MM-DD/);
    assert.throws(() => writeDate('2023-03-09', 'dee' as never, 'long'), /no language "dee"; did you mean/);
    assert.throws(() => writeDate('2023-03-09', 'de', 'lang' as never), /no format "lang"; did you mean "long"/);
    assert.throws(() => calendarDays(2024, 2023), /in order/);
    assert.throws(() => writtenDates({ count: 3, days: [], seed: 1 }), /no days to draw from/);
    assert.throws(() => writtenDates({ number: 3, days: ['2023-03-09'], seed: 1 } as never), /has no option "number"/);
  });
});
