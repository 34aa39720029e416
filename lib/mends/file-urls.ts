/**
 * Without tfjs-node nothing in TensorFlow.js knows `file://` (tensorflow/tfjs #5684, #4927); with it a model is written in place, so that a
 * process that is killed leaves half of one, and a second copy of tfjs-node makes two handlers, which is refused (tensorflow/tfjs #1059).
 */
import type * as tfjs from '@tensorflow/tfjs';

const scheme = 'file://';

/** What an address names: all after `file://`, as in tfjs-node, and on Windows also the usual `file:///C:/folder`. */
export function pathIn(url: string, { platform }: { platform: string } = process): string {
  const path = url.slice(scheme.length);
  return platform === 'win32' && /^\/[a-z]:/i.test(path) ? path.slice(1) : path;
}

/** Lets `open` alone answer addresses that begin with `file://`, and stand as `tf.io.fileSystem`, whatever else is registered for them. */
export function serveFileUrls(tf: typeof tfjs, open: (path: string | string[]) => tfjs.io.IOHandler): void {
  const io = tf.io as { -readonly [K in keyof typeof tfjs.io]: (typeof tfjs.io)[K] };
  if (Object.hasOwn(io, 'fileSystem')) return;
  const { getSaveHandlers, getLoadHandlers } = io;
  const handlerOf = (url: string | string[]): tfjs.io.IOHandler | undefined => {
    if (![url].flat().every((one) => typeof one === 'string' && one.startsWith(scheme))) return undefined;
    return open(Array.isArray(url) ? url.map((one) => pathIn(one)) : pathIn(url));
  };
  io.getSaveHandlers = (url) => {
    const handler = handlerOf(url);
    return handler ? [handler] : getSaveHandlers(url);
  };
  io.getLoadHandlers = (url, options) => {
    const handler = handlerOf(url);
    return handler ? [handler] : getLoadHandlers(url, options);
  };
  Object.assign(io, { fileSystem: open });
}
