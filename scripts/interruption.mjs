/** What ends one of the project's commands before its end: a signal, or the death of the npm that started it. */
import { constants } from 'node:os';
import { parentWatch } from './kernel/platform.js';

/** On Windows SIGBREAK is Ctrl-Break, and SIGHUP a window that is closed; SIGTERM never comes there. */
export const signalsOf = (platform) => ['SIGINT', 'SIGTERM', 'SIGHUP', ...(platform === 'win32' ? ['SIGBREAK'] : [])];

/** Milliseconds between two looks whether npm is still there. */
const INTERVAL = 500;

/**
 * Calls `end` with the exit code of each signal that comes, and once with SIGHUP's when npm is gone: npm hands a signal to the shell between
 * it and the command, and not every shell hands it on.
 * @param {(code: number) => void} end
 * @returns {() => void} stops listening
 */
export function onInterruption(end) {
  const listeners = signalsOf(process.platform).map((signal) => [signal, () => end(128 + constants.signals[signal])]);
  for (const [signal, listener] of listeners) process.on(signal, listener);
  const isGone = parentWatch();
  const watch = process.env.npm_lifecycle_event ? setInterval(look, INTERVAL).unref() : undefined;
  function look() {
    if (!isGone()) return;
    clearInterval(watch);
    end(128 + constants.signals.SIGHUP);
  }
  return () => {
    clearInterval(watch);
    for (const [signal, listener] of listeners) process.off(signal, listener);
  };
}
