const token = /[\p{L}\p{N}]+(?:['’][\p{L}]+)*|[!?]/gu;

/** The words of a text in lower case, contractions whole, `!` and `?` as words of their own; HTML line breaks are spaces. */
export function words(text: string): string[] {
  return (
    text
      .toLowerCase()
      .replace(/<br\s*\/?>/g, ' ')
      .match(token) ?? []
  );
}
