/** Bytes as text: no byte that the encoding does not know becomes a sign of replacement. */

/** How bytes are read, and what an error advises. */
export interface DecodeOptions {
  /** By a name that `TextDecoder` knows. Default: UTF-8, or UTF-16 where the bytes begin so. */
  encoding?: string;
  /** What helps where the encoding is not stated. */
  cure: string;
}

/** A file's text without its byte-order mark. Throws one sentence when it is written otherwise, or no encoding has that name. */
export function decodeText(file: string, bytes: Buffer, { encoding, cure }: DecodeOptions): string {
  const marked =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder(encoding ?? marked, { fatal: true });
  } catch {
    throw new RangeError(
      `${file}: no encoding is called "${encoding}"; give, for example, 'utf-8', 'latin1' or 'utf-16le'.`,
    );
  }
  try {
    return decoder.decode(bytes);
  } catch (error) {
    const advice = encoding === undefined ? `; ${cure}` : '';
    throw new Error(`${file} is not written in ${decoder.encoding}${advice}.`, { cause: error });
  }
}
