/** From a position in the JavaScript that runs back to the line that the reader wrote. */
import { SourceMap } from 'node:module';

/** How to get from a script back to its source. */
export interface PositionMaps {
  /** Source maps, last step first: CommonJS to ES module, ES module to TypeScript. */
  maps: string[];
  /** Lines that tslab has put in front of the source. */
  linesBefore: number;
}

export interface Position {
  /** From 1. */
  line: number;
  /** From 1. */
  column: number;
}

/** Follows the maps from a position in the script; nothing when the script's code is not the reader's. */
export function toSource({ maps, linesBefore }: PositionMaps, at: Position): Position | undefined {
  let line = at.line - 1;
  let column = at.column - 1;
  for (const map of maps.map(parsed)) {
    const entry = map.findEntry(line, column);
    if (!('originalLine' in entry) || entry.generatedLine !== line) return undefined;
    line = entry.originalLine;
    column = entry.originalColumn;
  }
  line -= linesBefore;
  return line < 0 ? undefined : { line: line + 1, column: column + 1 };
}

const cache = new Map<string, SourceMap>();

function parsed(json: string): SourceMap {
  let map = cache.get(json);
  if (!map) cache.set(json, (map = new SourceMap(JSON.parse(json) as never)));
  return map;
}
