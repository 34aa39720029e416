/** Files that are whole under their name, or not there: written beside it, put on the disk, and renamed. */
import fs from 'node:fs';
import path from 'node:path';
import { renamePatiently } from './system';

/** What a file is made of: one piece, or several one after the other. */
export type FilePiece = string | Uint8Array;

/**
 * Replaces a file's content: whatever happens meanwhile, a reader finds the old file or the new one, and nothing stays beside it.
 * The new file is on the disk when this returns. A link is followed, and the old file's permissions stay.
 * @throws WriteError when it cannot be written; the old file is untouched then.
 */
export function replaceFile(file: string, content: FilePiece | Iterable<FilePiece>): void {
  const partial = new PartialFile(file);
  try {
    for (const piece of typeof content === 'string' || content instanceof Uint8Array ? [content] : content)
      partial.append(piece);
    partial.publish();
  } finally {
    partial.discard();
  }
}

/** {@link replaceFile} with pieces that arrive over time; when the stream fails, its error is thrown and the old file is untouched. */
export async function replaceFileFrom(file: string, stream: AsyncIterable<FilePiece>): Promise<void> {
  const partial = new PartialFile(file);
  try {
    for await (const piece of stream) partial.append(piece);
    partial.publish();
  } finally {
    partial.discard();
  }
}

/** Makes a folder, and those above it, where they are missing. @throws WriteError when it cannot be made. */
export function makeFolder(folder: string): void {
  try {
    fs.mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new WriteError(folder, error as NodeJS.ErrnoException);
  }
}

/** The file that a file of strangers, a model's for one, names beside itself. @throws Error when it lies outside `folder`. */
export function fileInside(folder: string, name: string): string {
  const file = path.resolve(folder, name);
  if (file.startsWith(path.resolve(folder) + path.sep)) return file;
  throw new Error(`${folder} holds a file that names another outside that folder, ${name}; it is not read.`);
}

/** A file's bytes. @throws Error of one sentence that names the file when it is missing or cannot be read. */
export function readFile(file: string): Buffer {
  try {
    return readWhole(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(code === 'ENOENT' ? `${file} does not exist.` : `${file} cannot be read (${code}).`, {
      cause: error,
    });
  }
}

function readWhole(file: string): Buffer {
  try {
    return fs.readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_FS_FILE_TOO_LARGE') throw error;
    return readInPieces(file);
  }
}

/** What Node does not read at once: a file of more than 2 GiB. */
function readInPieces(file: string): Buffer {
  const handle = fs.openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(fs.fstatSync(handle).size);
    for (let at = 0; at < bytes.length; ) {
      const count = fs.readSync(handle, bytes, at, Math.min(bytes.length - at, largestPiece), at);
      if (count === 0) return bytes.subarray(0, at); // it became shorter meanwhile
      at += count;
    }
    return bytes;
  } finally {
    fs.closeSync(handle);
  }
}

/** {@link readFile} as a buffer of its own. */
export function readBuffer(file: string): ArrayBuffer {
  const { buffer, byteOffset, byteLength } = readFile(file);
  const isWhole = buffer.byteLength === byteLength; // small files come in a part of Node's pool
  return (isWhole ? buffer : buffer.slice(byteOffset, byteOffset + byteLength)) as ArrayBuffer;
}

/** Whether there is a file, or a folder, of that name. */
export const isThere = (file: string): boolean => fs.existsSync(file);

/** The names in a folder. @throws the system's error when it cannot be read */
export const filesIn = (folder: string): string[] => fs.readdirSync(folder);

/** Removes a file, if it is there. */
export const removeFile = (file: string): void => fs.rmSync(file, { force: true });

/** Adds to a file's end, for logs that grow line by line. @throws WriteError when it cannot be written. */
export function appendToFile(file: string, content: FilePiece): void {
  try {
    fs.appendFileSync(file, content);
  } catch (error) {
    throw new WriteError(file, error as NodeJS.ErrnoException);
  }
}

/** Thrown when the system cannot write a file: trying again, or getting the content from elsewhere, is no use. */
export class WriteError extends Error {
  override readonly name = 'WriteError';

  constructor(
    file: string,
    cause: NodeJS.ErrnoException,
    /** The system's, for example `ENOSPC`. */
    readonly code = cause.code ?? '',
  ) {
    super(`${file} could not be written: ${reasonFor(file, code) ?? cause.message}.`, { cause });
  }
}

/** Windows says of a name that it does not take, and of a path that is too long for it, that there is no such file. */
const reasonFor = (file: string, code: string): string | undefined =>
  code === 'ENOENT' && fs.existsSync(path.dirname(file))
    ? 'the system takes no such name; it is too long, or holds a character that is not allowed'
    : reasons[code];

const reasons: Record<string, string> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the system allows no file of that size',
  EACCES: 'you may not write there',
  EPERM: 'you may not write there',
  EROFS: 'that file system can only be read',
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'its folder is a file',
  EISDIR: 'a folder has that name',
  EEXIST: 'a file has that name',
  ENAMETOOLONG: 'the name is too long',
  EIO: 'the disk fails',
};

let partials = 0;

/** The file beside the wanted one, until it takes its place. Pipes and devices have nothing to replace and are written straight. */
class PartialFile {
  private readonly target: string;
  private readonly partial: string;
  private handle: number | undefined;

  constructor(private readonly file: string) {
    const old = this.attempt(() => fs.statSync(file, { throwIfNoEntry: false }));
    const isDevice = old !== undefined && !old.isFile() && !old.isDirectory();
    this.target = old && !isDevice ? this.attempt(() => fs.realpathSync(file)) : file;
    this.partial = isDevice ? file : `${this.target}.${process.pid}-${++partials}.partial`;
    this.handle = this.attempt(() => {
      if (old?.isDirectory()) throw Object.assign(new Error('EISDIR'), { code: 'EISDIR' });
      removeOrphans(this.target);
      return fs.openSync(this.partial, 'w', old?.mode);
    });
  }

  /** Writes all of a piece: one call of the system may take only a part, and none takes 2 GiB. */
  append(piece: FilePiece): void {
    const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece;
    this.attempt(() => {
      for (let at = 0; at < bytes.length; )
        at += fs.writeSync(this.handle!, bytes, at, Math.min(bytes.length - at, largestPiece));
    });
  }

  publish(): void {
    this.attempt(() => {
      if (this.partial === this.target) return;
      fs.fsyncSync(this.handle!);
      this.close();
      renamePatiently(this.partial, this.target);
      syncFolder(path.dirname(this.target));
    });
  }

  /** Removes what was not published. */
  discard(): void {
    this.close();
    if (this.partial !== this.target) fs.rmSync(this.partial, { force: true });
  }

  private close(): void {
    if (this.handle === undefined) return;
    const handle = this.handle;
    this.handle = undefined;
    fs.closeSync(handle);
  }

  private attempt<T>(act: () => T): T {
    try {
      return act();
    } catch (error) {
      throw new WriteError(this.file, error as NodeJS.ErrnoException);
    }
  }
}

const largestPiece = 1 << 30;

/** Puts the new name on the disk as well; systems without handles of folders do so by themselves. */
function syncFolder(folder: string): void {
  let handle: number | undefined;
  try {
    handle = fs.openSync(folder, 'r');
    fs.fsyncSync(handle);
  } catch {
    // no such handles here
  } finally {
    if (handle !== undefined) fs.closeSync(handle);
  }
}

/** Removes what processes that were killed left beside a file. */
function removeOrphans(target: string): void {
  const folder = path.dirname(target);
  const start = `${path.basename(target)}.`;
  for (const name of fs.readdirSync(folder)) {
    const pid = name.startsWith(start) ? /^(\d+)-\d+\.partial$/.exec(name.slice(start.length))?.[1] : undefined;
    if (pid && !isAlive(Number(pid))) fs.rmSync(path.join(folder, name), { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
