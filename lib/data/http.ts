/** Requests through undici: redirects are followed, and the environment's proxies are used. */
import { STATUS_CODES } from 'node:http';
import type { Dispatcher } from 'undici';

/**
 * Thrown when a file could not be had from the web: no network, a server's no, or other content than expected.
 *
 * @example
 * const absent = { name: 'absent.txt', url: 'http://localhost:9/absent.txt', sha256: '' };
 * const error = await data.fetchFile(absent).catch((e) => e);
 * console.log(error instanceof data.DownloadError); // true
 */
export class DownloadError extends Error {
  override readonly name = 'DownloadError';
}

/** What a server sends. */
export interface OpenAddress {
  body: AsyncIterable<Buffer>;
  /** Bytes that it says it will send; 0 when it does not say. */
  length: number;
  /** Ends the connection; whoever opens an address calls it. */
  close(): void;
}

const redirections = 5;

/**
 * Asks for an address. Throws `DownloadError` when the server does not answer with 200, or not within `connect` ms, and undici's error when
 * there is no way to it; reading the body throws when nothing arrives for `stall` ms.
 */
export async function openAddress(
  url: URL,
  patience: { connect: number; stall: number },
  interrupt?: AbortSignal,
  headers?: Record<string, string>,
): Promise<OpenAddress> {
  const { Agent, ProxyAgent, interceptors, request } = await import('undici'); // 0.1 s that who downloads nothing does not pay
  const ways = new Map<string, Dispatcher>();
  const connect = { timeout: patience.connect };
  const wayTo = (target: URL): Dispatcher => {
    const proxy = proxyFor(target)?.href;
    const key = proxy ?? '';
    if (!ways.has(key))
      ways.set(key, proxy ? new ProxyAgent({ uri: proxy, proxyTunnel: false, connect }) : new Agent({ connect }));
    return ways.get(key)!;
  };
  const ending = new AbortController();
  const interrupted = () => ending.abort(interrupt!.reason);
  interrupt?.addEventListener('abort', interrupted);
  const close = () => {
    interrupt?.removeEventListener('abort', interrupted);
    ways.forEach((way) => void way.destroy());
  };
  const dispatcher = new Agent().compose(
    () => (options, handler) => wayTo(new URL(String(options.origin))).dispatch(options, handler),
    interceptors.redirect({ maxRedirections: redirections }),
  );
  const timer = setTimeout(() => ending.abort(new DownloadError('the server does not answer')), patience.connect);
  try {
    const asked = request(url, { dispatcher, headers, signal: ending.signal, bodyTimeout: patience.stall });
    // undici looks at the signal only once it is connected, also to a proxy
    const { statusCode, headers: answered, body } = await Promise.race([asked, rejectionOf(ending.signal)]);
    if (statusCode !== 200)
      throw new DownloadError(`the server answers ${statusCode} ${STATUS_CODES[statusCode] ?? ''}`.trim());
    return { body: body as AsyncIterable<Buffer>, length: Number(answered['content-length']) || 0, close };
  } catch (error) {
    close();
    const [, status] = /^Proxy response \((\d+)\)/.exec((error as Error).message) ?? [];
    throw status === undefined ? error : new DownloadError(`the proxy answers ${status}`);
  } finally {
    clearTimeout(timer);
  }
}

const rejectionOf = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));

/** The proxy that the environment names for an address; undefined when it names none. @throws DownloadError when that is no address. */
export function proxyFor(url: URL): URL | undefined {
  const variable = (name: string) => process.env[name.toLowerCase()] || process.env[name.toUpperCase()];
  const exempt = (variable('no_proxy') ?? '')
    .toLowerCase()
    .split(/[,\s]+/)
    .map((entry) => entry.replace(/^\*?\./, ''));
  const isExempt = exempt.some((entry) => {
    const [, host, port] = /^(.*?)(?::(\d+))?$/.exec(entry)!;
    if (port && port !== (url.port || (url.protocol === 'https:' ? '443' : '80'))) return false;
    return host === '*' || (host !== '' && (url.hostname === host || url.hostname.endsWith(`.${host}`)));
  });
  const name = url.protocol === 'https:' ? 'https_proxy' : 'http_proxy';
  const given = variable(name);
  if (!given || isExempt) return undefined;
  try {
    const address = new URL(given.includes('://') ? given : `http://${given}`);
    if (/^https?:$/.test(address.protocol)) return address;
  } catch {
    // told below
  }
  throw new DownloadError(`${name} is "${given}", and no address of an HTTP proxy`);
}
