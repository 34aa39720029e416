/** From a position in the JavaScript that runs back to the line that the reader wrote. */
import { SourceMap } from 'node:module';

export interface Position {
  /** From 1. */
  line: number;
  /** From 1. */
  column: number;
}

/** Follows a source map from a position in the script; nothing when the script's code is not the reader's. */
export function toSource(map: string, at: Position): Position | undefined {
  const entry = parsed(map).findEntry(at.line - 1, at.column - 1);
  if (!('originalLine' in entry) || entry.generatedLine !== at.line - 1) return undefined;
  return { line: entry.originalLine + 1, column: entry.originalColumn + 1 };
}

const cache = new Map<string, SourceMap>();

function parsed(json: string): SourceMap {
  let map = cache.get(json);
  if (!map) cache.set(json, (map = new SourceMap(JSON.parse(json) as never)));
  return map;
}
