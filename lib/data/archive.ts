import fs from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import zlib from 'node:zlib';
import tar from 'tar-stream';

/**
 * Streams through a .tar.gz archive, or one that is held in memory, and hands over the files that are wanted; nothing is unpacked to
 * disk. Throws one sentence when it is no archive, is damaged or ends too early.
 */
export async function readArchive(
  archive: string | Buffer,
  wanted: (name: string) => boolean,
  take: (name: string, content: Buffer) => void,
): Promise<void> {
  const extract = tar.extract({ allowUnknownFormat: true }); // tar programs of old; checksums are held to all the same
  extract.on('entry', (header, stream, next) => {
    stream.on('error', () => {}); // the pipeline reports it
    if (header.type !== 'file' || !wanted(header.name)) {
      stream.on('end', next).resume();
      return;
    }
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      try {
        take(header.name, Buffer.concat(chunks));
        next();
      } catch (error) {
        next(error);
      }
    });
  });
  const name = typeof archive === 'string' ? archive : 'The archive';
  const source = typeof archive === 'string' ? fs.createReadStream(archive, { highWaterMark: 1 << 20 }) : [archive];
  try {
    await pipeline(source, zlib.createGunzip({ chunkSize: 1 << 18 }), toItsEnd, extract);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EACCES' || code === 'EISDIR')
      throw new Error(`${name} cannot be read (${code}).`);
    throw new Error(`${name} is no whole .tar.gz archive (${message}): remove it and get it again.`);
  }
}

/** Passes on what an archive holds, and fails unless it ends as POSIX has it: with a block of zeros, which no cut between files leaves. */
async function* toItsEnd(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const block = 512;
  let last = Buffer.alloc(0);
  for await (const piece of pieces) {
    last = Buffer.concat([last, piece.subarray(-block)]).subarray(-block);
    yield piece;
  }
  if (last.length < block || last.some((byte) => byte !== 0)) throw new Error('it ends too early');
}

/** The name of a file without its folders. */
export const baseName = (name: string): string => path.posix.basename(name);
