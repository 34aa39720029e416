/** Downloads with a progress line, a checksum, and an atomic end: a file is whole under its name, or it is not there. */
import crypto from 'node:crypto';
import path from 'node:path';
import { makeFolder, replaceFileFrom, WriteError } from '../files';
import { interruptSignal } from '../notebook';
import { DownloadError, openAddress } from './http';
import { StatusLine } from './status-line';

/** A file on the web, and what it must be. */
export interface RemoteFile {
  /** The name that it gets. */
  name: string;
  /** Where it is. */
  url: string;
  /** In hexadecimal. */
  sha256: string;
  /** For the progress of servers that do not say. */
  bytes?: number;
}

/** How long to wait, in ms, for a connection and between two pieces. */
export const patience = { connect: 10_000, stall: 30_000 };

/**
 * Downloads a file to `target`, showing how far it is in `line`. Honours HTTPS_PROXY, HTTP_PROXY and NO_PROXY. Throws `DownloadError` when
 * the file cannot be had, `WriteError` when it cannot be written, and `Interrupted` when the reader interrupts; nothing is left behind then.
 */
export async function download(file: RemoteFile, target: string, line = new StatusLine()): Promise<void> {
  makeFolder(path.dirname(target));
  try {
    await replaceFileFrom(target, receive(file, line));
  } catch (error) {
    throw explainDownload(error as NodeJS.ErrnoException, file);
  }
}

/** The bytes of a file as they arrive; ends with an error unless they are all there and are the expected ones. */
async function* receive(file: RemoteFile, line: StatusLine): AsyncGenerator<Buffer> {
  const { body, length, close } = await openAddress(new URL(file.url), patience, interruptSignal());
  try {
    const total = length || file.bytes || 0;
    const hash = crypto.createHash('sha256');
    let received = 0;
    const began = performance.now();
    for await (const chunk of body) {
      hash.update(chunk);
      received += chunk.length;
      line.show(
        progress(file.name, received, total, (performance.now() - began) / 1000),
        total ? received / total : undefined,
      );
      yield chunk;
    }
    if (length && received !== length) throw new DownloadError(`it ended after ${received} of ${length} bytes`);
    if (hash.digest('hex') !== file.sha256)
      throw new DownloadError(`its ${received} bytes do not have the expected SHA-256`);
  } finally {
    close();
  }
}

/** The one sentence for what went wrong while `file` was asked for. */
export function explainDownload(error: NodeJS.ErrnoException, file: Pick<RemoteFile, 'name' | 'url'>): Error {
  const { host } = new URL(file.url);
  if (interruptSignal()?.aborted)
    return Object.assign(new Error(`The download of ${file.name} was interrupted.`), { name: 'Interrupted' });
  if (error instanceof WriteError) return error;
  const reasons: Record<string, string> = {
    ENOTFOUND: 'the name is not found, there may be no network',
    EAI_AGAIN: 'the name is not found, there may be no network',
    ECONNREFUSED: 'it refuses the connection',
    ECONNRESET: 'the connection broke',
    ETIMEDOUT: 'it does not answer',
    ENETUNREACH: 'there is no network',
    EHOSTUNREACH: 'there is no way to it',
    UND_ERR_SOCKET: 'the connection broke',
    UND_ERR_CONNECT_TIMEOUT: 'the server does not answer',
    UND_ERR_HEADERS_TIMEOUT: 'the server does not answer',
    UND_ERR_BODY_TIMEOUT: 'the server stopped sending',
  };
  const code = error.code ?? (error as { errors?: NodeJS.ErrnoException[] }).errors?.[0]?.code ?? '';
  const reason =
    error instanceof DownloadError
      ? error.message
      : (reasons[code] ?? (code.startsWith('ERR_SSL') ? 'it does not speak TLS' : error.message));
  return new DownloadError(`${file.name} could not be downloaded from ${host}: ${reason.replace(/\.$/, '')}.`);
}

function progress(name: string, received: number, total: number, seconds: number): string {
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
  if (!total) return `Downloading ${name}: ${megabytes(received)} MB`;
  const left = seconds > 0.5 && received > 0 ? `, ${Math.ceil((seconds * (total - received)) / received)} s left` : '';
  return `Downloading ${name}: ${megabytes(received)} of ${megabytes(total)} MB${left}`;
}
