/** What may stand at a position of a cell. */
import type ts from 'typescript';

export interface Completions {
  /** The part of the text that a match replaces. */
  start: number;
  end: number;
  matches: string[];
}

/** Names that begin with what is typed, then those that contain it, in any case. */
export function completionsAt(service: ts.LanguageService, file: string, text: string, position: number): Completions {
  const found = service.getCompletionsAtPosition(file, position, {});
  const start = position - /[\p{ID_Continue}$]*$/u.exec(text.slice(0, position))![0].length;
  const end = position + /^[\p{ID_Continue}$]*/u.exec(text.slice(position))![0].length;
  const typed = text.slice(start, position);
  const ranked = (found?.entries ?? []).flatMap(({ name, sortText }) => {
    const rank = rankOf(name, typed);
    return rank === undefined ? [] : { name, key: `${rank}${sortText}` };
  });
  ranked.sort((a, b) => a.key.localeCompare(b.key) || a.name.localeCompare(b.name));
  return { start, end, matches: [...new Set(ranked.map(({ name }) => name))] };
}

function rankOf(name: string, typed: string): number | undefined {
  if (name.startsWith(typed)) return 0;
  const lower = typed.toLowerCase();
  if (name.toLowerCase().startsWith(lower)) return 1;
  return name.toLowerCase().includes(lower) ? 2 : undefined;
}
