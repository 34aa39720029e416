/** Emscripten's module takes over the process' error events, which belong to whoever runs the process (emscripten #7855, tfjs #5851). */

const events = ['uncaughtException', 'unhandledRejection'] as const;

/** Runs `start`, and takes away the listeners for errors of the process that it has added. */
export function withoutErrorListeners<T>(start: () => T): T {
  const listeners = (event: (typeof events)[number]) => process.listeners(event as 'uncaughtException');
  const before = events.map((event) => new Set(listeners(event)));
  try {
    return start();
  } finally {
    events.forEach((event, k) => {
      for (const listener of listeners(event)) if (!before[k].has(listener)) process.removeListener(event, listener);
    });
  }
}
