/** Downloads with a progress line, a checksum, and an atomic end: a file is whole under its name, or it is not there. */
import crypto from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import path from 'node:path';
import { addAbortSignal } from 'node:stream';
import tls from 'node:tls';
import { replaceFileFrom, WriteError } from '../files';
import { interruptSignal } from '../notebook';
import { StatusLine } from './status-line';

/** A file on the web, and what it must be. */
export interface RemoteFile {
  /** The name that it gets. */
  name: string;
  url: string;
  /** In hexadecimal. */
  sha256: string;
  /** For the progress of servers that do not say. */
  bytes?: number;
}

/** Thrown when a file could not be had from the web: no network, a server's no, or other content than expected. */
export class DownloadError extends Error {
  override readonly name = 'DownloadError';
}

/** How long to wait, in ms, for a connection and between two pieces. */
export const patience = { connect: 10_000, stall: 30_000 };

/**
 * Downloads a file to `target`, showing how far it is in `line`. Honours HTTPS_PROXY, HTTP_PROXY and NO_PROXY. Throws `DownloadError` when the file cannot be had,
 * `WriteError` when it cannot be written, and `Interrupted` when the reader interrupts; nothing is left behind then.
 */
export async function download(file: RemoteFile, target: string, line = new StatusLine()): Promise<void> {
  fs.mkdirSync(path.dirname(target), { recursive: true });
  try {
    await replaceFileFrom(target, receive(file, line));
  } catch (error) {
    throw explain(error as NodeJS.ErrnoException, file);
  }
}

/** The bytes of a file as they arrive; ends with an error unless they are all there and are the expected ones. */
async function* receive(file: RemoteFile, line: StatusLine): AsyncGenerator<Buffer> {
  const response = await request(new URL(file.url), 5);
  const total = Number(response.headers['content-length']) || file.bytes || 0;
  const hash = crypto.createHash('sha256');
  let received = 0;
  const began = performance.now();
  response.setTimeout(patience.stall, () => response.destroy(new DownloadError('the server stopped sending')));
  const signal = interruptSignal();
  for await (const chunk of (signal ? addAbortSignal(signal, response) : response) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    received += chunk.length;
    line.show(
      progress(file.name, received, total, (performance.now() - began) / 1000),
      total ? received / total : undefined,
    );
    yield chunk;
  }
  const expected = Number(response.headers['content-length']);
  if (expected && received !== expected) throw new DownloadError(`it ended after ${received} of ${expected} bytes`);
  if (hash.digest('hex') !== file.sha256)
    throw new DownloadError(`its ${received} bytes do not have the expected SHA-256`);
}

/** Follows redirects; rejects with DownloadError for everything that the network or the server says. */
async function request(url: URL, redirects: number): Promise<http.IncomingMessage> {
  const socket = url.protocol === 'https:' ? await tunnel(url) : undefined;
  const proxy = url.protocol === 'http:' ? proxyFor(url) : undefined;
  const options: https.RequestOptions = proxy
    ? {
        host: proxy.hostname,
        port: proxy.port || 80,
        path: url.href,
        headers: { host: url.host, ...authorization(proxy) },
      }
    : socket
      ? { createConnection: () => socket }
      : {};
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    const module = url.protocol === 'https:' ? https : http;
    const call = proxy ? module.get(options, resolve) : module.get(url, options, resolve);
    call.setTimeout(patience.connect, () => call.destroy(new DownloadError('the server does not answer')));
    call.on('error', reject);
  });
  const { statusCode = 0, headers } = response;
  if (statusCode >= 300 && statusCode < 400 && headers.location && redirects > 0) {
    response.resume();
    return request(new URL(headers.location, url), redirects - 1);
  }
  if (statusCode !== 200) {
    response.destroy();
    throw new DownloadError(`the server answers ${statusCode} ${response.statusMessage ?? ''}`.trim());
  }
  return response;
}

/** A TLS connection through the proxy for `url`; undefined when there is none. */
async function tunnel(url: URL): Promise<tls.TLSSocket | undefined> {
  const proxy = proxyFor(url);
  if (!proxy) return undefined;
  const target = `${url.hostname}:${url.port || 443}`;
  return new Promise((resolve, reject) => {
    const { hostname: host } = proxy;
    const headers = { host: target, ...authorization(proxy) };
    const call = http.request({ host, port: proxy.port || 80, method: 'CONNECT', path: target, headers });
    call.setTimeout(patience.connect, () => call.destroy(new DownloadError(`the proxy ${proxy.host} does not answer`)));
    call.on('error', reject);
    call.on('connect', ({ statusCode }, socket) => {
      if (statusCode !== 200) reject(new DownloadError(`the proxy ${proxy.host} answers ${statusCode}`));
      else resolve(tls.connect({ socket, servername: url.hostname }));
    });
    call.end();
  });
}

/** The proxy that the environment names for an address; undefined when it names none. */
export function proxyFor(url: URL): URL | undefined {
  const variable = (name: string) => process.env[name.toLowerCase()] || process.env[name.toUpperCase()];
  const exempt = (variable('no_proxy') ?? '').split(',').map((entry) => entry.trim().replace(/^\*?\./, ''));
  const isExempt = exempt.some(
    (host) => host === '*' || (host && (url.hostname === host || url.hostname.endsWith(`.${host}`))),
  );
  const given = variable(url.protocol === 'https:' ? 'https_proxy' : 'http_proxy');
  if (!given || isExempt) return undefined;
  return new URL(given.includes('://') ? given : `http://${given}`);
}

function authorization(proxy: URL): Record<string, string> {
  if (!proxy.username) return {};
  const user = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(user).toString('base64')}` };
}

function explain(error: NodeJS.ErrnoException, file: RemoteFile): Error {
  const { host } = new URL(file.url);
  if (error.name === 'AbortError')
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
    ERR_STREAM_PREMATURE_CLOSE: 'the connection broke',
  };
  const code = error.code ?? (error as { errors?: NodeJS.ErrnoException[] }).errors?.[0]?.code ?? '';
  const reason = error instanceof DownloadError ? error.message : (reasons[code] ?? error.message);
  return new DownloadError(`${file.name} could not be downloaded from ${host}: ${reason.replace(/\.$/, '')}.`);
}

function progress(name: string, received: number, total: number, seconds: number): string {
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
  if (!total) return `Downloading ${name}: ${megabytes(received)} MB`;
  const left = seconds > 0.5 && received > 0 ? `, ${Math.ceil((seconds * (total - received)) / received)} s left` : '';
  return `Downloading ${name}: ${megabytes(received)} of ${megabytes(total)} MB${left}`;
}
