/** The type and the documentation of a name, as text. */
import type ts from 'typescript';

/** What is known of the name at `position`; undefined where there is none. */
export function hoverAt(service: ts.LanguageService, file: string, position: number): string | undefined {
  const info = service.getQuickInfoAtPosition(file, position);
  if (!info) return undefined;
  const type = textOf(info.displayParts);
  const tags = (info.tags ?? []).flatMap(({ name, text }) => {
    const said = textOf(text);
    if (!said) return [];
    return name === 'param' ? `@param ${said}` : said;
  });
  const notes = [textOf(info.documentation), ...tags].filter(Boolean).join('\n');
  return [type, notes].filter(Boolean).join('\n\n') || undefined;
}

function textOf(parts: ts.SymbolDisplayPart[] | undefined): string {
  return (parts ?? []).map(({ text }) => text).join('');
}
