/** Pairs to translate: dates in many languages, and the same days in ISO 8601. */
import { checkOptions } from '../../options';
import { RandomStream } from '../../random';
import { dateLanguages, type DateLanguage } from './languages';
import { writeDate, type DateFormat, type WrittenDate } from './written-date';

/** Options of {@link writtenDates}. */
export interface WrittenDatesOptions {
  /** How many. */
  count: number;
  /** The days to draw from, as `calendarDays` gives them. */
  days: readonly string[];
  /** Default: all forty. */
  languages?: readonly DateLanguage[];
  /** Default: full, long, medium and short, the four of CLDR. */
  formats?: readonly DateFormat[];
  /** The same seed gives the same pairs, as long as Node's CLDR is the same. */
  seed: number;
}

/**
 * Every day from the first of `fromYear` to the last of `toYear`, as `YYYY-MM-DD`, in order.
 *
 * @example
 * console.log(data.calendarDays(2024, 2024).length, data.calendarDays(2024, 2025)[59]); // 366 2024-02-29
 */
export function calendarDays(fromYear: number, toYear: number): string[] {
  if (![fromYear, toYear].every((year) => Number.isInteger(year) && year >= 1000 && year <= 9999) || fromYear > toYear)
    throw new RangeError(`calendarDays(${fromYear}, ${toYear}): give two years of four digits, in order.`);
  const [first, end] = [Date.UTC(fromYear, 0, 1), Date.UTC(toYear + 1, 0, 1)];
  const dayMs = 24 * 3600 * 1000;
  return Array.from({ length: (end - first) / dayMs }, (_, k) => new Date(first + k * dayMs).toJSON().slice(0, 10));
}

/**
 * Draws dates: a day, a language and a format for each, evenly and independently, with repetition. Throws where there is nothing to draw
 * from, and what `writeDate` throws.
 *
 * @example
 * const days = data.calendarDays(2020, 2024);
 * const dates = data.writtenDates({ count: 2, days, languages: ['en', 'de'], formats: ['long'], seed: 1 });
 * console.log(dates.map(({ text }) => text), dates[0].iso); // [ '4. november 2022', 'october 6, 2021' ] 2022-11-04
 */
export function writtenDates(options: WrittenDatesOptions): WrittenDate[] {
  checkOptions('writtenDates', options, ['count', 'days', 'languages', 'formats', 'seed']);
  const { count, days, languages = dateLanguages, formats = ['full', 'long', 'medium', 'short'], seed } = options;
  if (!Number.isInteger(count) || count < 0) throw new RangeError(`count is ${count}; give how many dates to write.`);
  for (const [name, list] of Object.entries({ days, languages, formats }))
    if (list.length === 0) throw new RangeError(`writtenDates has no ${name} to draw from; give at least one.`);
  const stream = RandomStream.from(seed);
  const draw = <T>(list: readonly T[]): T => list[stream.integer(0, list.length - 1)];
  return Array.from({ length: count }, () => writeDate(draw(days), draw(languages), draw(formats)));
}
