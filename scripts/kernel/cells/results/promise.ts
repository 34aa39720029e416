/** Promises print as they do without a kernel around them: Node 20 would show how it tracks which cell they belong to. */
import { inspect, type InspectOptions } from 'node:util';

const tracking =
  /,?\s*\[Symbol\((?:async_id_symbol|trigger_async_id_symbol|kResourceStore)\)\]: (?:\d+|undefined|cell \d+)/g;

export function printPromisesPlainly(): void {
  const beingPrinted = new WeakSet<Promise<unknown>>();
  (Promise.prototype as unknown as Record<symbol, unknown>)[inspect.custom] = function (
    this: Promise<unknown>,
    depth: number,
    options: InspectOptions,
  ) {
    // A value that returns itself is printed by Node's own rules.
    if (beingPrinted.has(this) || depth < 0) return this;
    beingPrinted.add(this);
    try {
      const text = inspect(this, { ...options, depth });
      const short = text.replace(tracking, '');
      const lines = short.split('\n');
      return short === text || lines.length > 3 ? short : lines.map((line) => line.trim()).join(' ');
    } finally {
      beingPrinted.delete(this);
    }
  };
}
