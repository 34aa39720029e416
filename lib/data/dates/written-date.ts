/** One day as a language writes it, and which characters are its day, its month and its year. */
import { orNearest } from '../../options';
import { assertFullICU, dateLanguages, type DateLanguage } from './languages';

/**
 * Ways to write a date, from the longest to the shortest; `brief` is none of CLDR's four and serves as one that nobody has seen.
 *
 * @example
 * console.log(Object.keys(data.dateFormats)); // [ 'full', 'long', 'brief', 'medium', 'short' ]
 */
export const dateFormats = {
  full: { dateStyle: 'full' },
  long: { dateStyle: 'long' },
  brief: { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' },
  medium: { dateStyle: 'medium' },
  short: { dateStyle: 'short' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

/** One of {@link dateFormats}. */
export type DateFormat = keyof typeof dateFormats;
/** A part of a written date. */
export type DateField = 'year' | 'month' | 'day' | 'weekday';

/** A day, written. */
export interface WrittenDate {
  /** As the language writes it, in small letters, one kind of space, Western digits, and without marks of direction. */
  text: string;
  /** The same day as `YYYY-MM-DD`. */
  iso: string;
  /** The language that it is written in. */
  language: DateLanguage;
  /** Which of the styles of that language. */
  format: DateFormat;
  /** Where its fields stand: the first character and the one behind the last, in characters as `[...text]` counts them. */
  fields: Partial<Record<DateField, [from: number, to: number]>>;
}

/**
 * Writes an ISO day in a language. Throws on a language or format that there is not, on what is no day, and where Node has no full ICU.
 *
 * @example
 * console.log(data.writeDate('2024-02-29', 'en', 'long').text); // february 29, 2024
 */
export function writeDate(iso: string, language: DateLanguage, format: DateFormat): WrittenDate {
  const day = new Date(`${iso}T00:00:00Z`);
  if (!/^\d{4}-\d\d-\d\d$/.test(iso) || !day.toJSON()?.startsWith(iso))
    throw new RangeError(`"${iso}" is no day of the calendar; give it as YYYY-MM-DD.`);
  const written: WrittenDate = { text: '', iso, language, format, fields: {} };
  let length = 0;
  for (const { type, value } of formatter(language, format).formatToParts(day)) {
    const characters = [...plain(value)];
    if (type === 'year' || type === 'month' || type === 'day' || type === 'weekday')
      written.fields[type] = [length, length + characters.length];
    written.text += characters.join('');
    length += characters.length;
  }
  return written;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(language: DateLanguage, format: DateFormat): Intl.DateTimeFormat {
  const key = `${language} ${format}`;
  const known = formatters.get(key);
  if (known) return known;
  assertFullICU();
  if (!dateLanguages.includes(language))
    throw new RangeError(`There is no language "${language}"${orNearest(language, dateLanguages)}`);
  if (!Object.hasOwn(dateFormats, format))
    throw new RangeError(`There is no format "${format}"${orNearest(format, Object.keys(dateFormats))}`);
  const made = new Intl.DateTimeFormat(`${language}-u-ca-gregory-nu-latn`, { ...dateFormats[format], timeZone: 'UTC' });
  formatters.set(key, made);
  return made;
}

const plain = (part: string): string =>
  part
    .toLowerCase()
    .normalize('NFC')
    .replace(/[\u200e\u200f]/g, '')
    .replace(/\s/g, ' ');
