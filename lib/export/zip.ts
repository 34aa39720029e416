/** Zip archives, as Keras and PyTorch write their files: read with a bound on what comes out, written without compression. */
import type { Zippable } from 'fflate';
import { readFile, replaceFile } from '../files';

/** The most that DEFLATE can shrink (zlib's documentation: 1032 to 1). */
const largestRatio = 1032;

/** What an archive may hold however small it is; above that, at most {@link largestGrowth} times its own size. Bytes. */
const alwaysAllowed = 2 ** 28;
const largestGrowth = 20;

/** The members of a zip archive by name. @throws Error when it is missing, damaged, or declares far more than it can hold. */
export async function readZip(file: string): Promise<Map<string, Uint8Array>> {
  const content = readFile(file);
  const { unzipSync } = await import('fflate');
  const allowed = Math.max(alwaysAllowed, largestGrowth * content.length);
  let total = 0;
  const refuse = (why: string) => new Refusal(`${file} ${why}; it is not read.`);
  try {
    const members = unzipSync(content, {
      filter: ({ name, size, originalSize, compression }) => {
        total += originalSize;
        const possible = compression === 0 ? size : size * largestRatio;
        if (originalSize > possible || total > allowed)
          throw refuse(`is ${content.length} bytes long and declares to hold ${total}`);
        if (climbs(name)) throw refuse(`holds a file that would lie outside it, ${name}`);
        return !name.endsWith('/');
      },
    });
    return new Map(Object.entries(members));
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Error(`${file} is no whole zip archive: ${(error as Error).message}.`, { cause: error });
  }
}

class Refusal extends Error {}

const climbs = (name: string): boolean => /^([\\/]|[A-Za-z]:)|(^|[\\/])\.\.([\\/]|$)|\0/.test(name);

/** Writes a zip archive without compression; the same members give the same bytes. @throws WriteError when it cannot be written. */
export async function writeZip(file: string, members: Record<string, Uint8Array | string>): Promise<void> {
  const { strToU8, zipSync } = await import('fflate');
  const entries = Object.entries(members).map(([name, content]) => [
    name,
    typeof content === 'string' ? strToU8(content) : content,
  ]);
  replaceFile(file, zipSync(Object.fromEntries(entries) as Zippable, { level: 0, mtime: '1980-01-01T12:00:00' }));
}
