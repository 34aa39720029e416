/** Zip archives, as Keras and PyTorch write their files: read with a bound on what comes out, written without compression. */
import type { Zippable } from 'fflate';
import { readFile, replaceFile } from '../files';

/** The most that DEFLATE can shrink (zlib's documentation: 1032 to 1). */
export const largestRatio = 1032;

/** What an archive may hold however small it is; above that, at most {@link largestGrowth} times its own size. Bytes. */
const alwaysAllowed = 2 ** 28;
const largestGrowth = 20;

/**
 * The members of a zip archive by name.
 * @param checksums Whether each member must have the CRC-32 that the archive states; PyTorch may write archives without.
 * @throws Error when it is missing, damaged, or declares far more than it can hold.
 */
export async function readZip(file: string, { checksums }: { checksums: boolean }): Promise<Map<string, Uint8Array>> {
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
    if (checksums) checkSums(content, members);
    return new Map(Object.entries(members));
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Error(`${file} is no whole zip archive: ${(error as Error).message}.`, { cause: error });
  }
}

/** Compares each member with the CRC-32 in the archive's directory (APPNOTE.TXT 4.3.12, of PKWARE). */
function checkSums(content: Buffer, members: Record<string, Uint8Array>): void {
  const end = content.lastIndexOf('PK\x05\x06');
  const [count, start] = [content.readUInt16LE(end + 10), content.readUInt32LE(end + 16)];
  for (let i = 0, at = start; i < count; i++) {
    const [name, extra, comment] = [28, 30, 32].map((field) => content.readUInt16LE(at + field));
    const member = content.toString('utf8', at + 46, at + 46 + name);
    if (members[member] && crc32(members[member]) !== content.readUInt32LE(at + 16))
      throw new Error(`the bytes of ${member} are not those that were written`);
    at += 46 + name + extra + comment;
  }
}

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  for (let bit = 0; bit < 8; bit++) byte = byte & 1 ? (byte >>> 1) ^ 0xedb88320 : byte >>> 1;
  return byte;
});

/** The CRC-32 of ISO 3309. */
function crc32(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) crc = crcTable[(crc ^ byte) & 255] ^ (crc >>> 8);
  return ~crc >>> 0;
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
