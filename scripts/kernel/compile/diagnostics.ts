/** What TypeScript finds wrong, at its place in the reader's text. */
import type ts from 'typescript';
import type { Surroundings, TypeScript } from './surroundings';

/** A place in a text, counted from 0. */
export interface Place {
  offset: number;
  line: number;
  character: number;
}

export interface Diagnostic {
  start: Place;
  end: Place;
  messageText: string;
  code: number;
  /** The local file that it is in; absent in a cell. */
  fileName?: string;
}

/** One entry a message: a message is followed by its explanations and by advice, all at the same place. */
export function readable(
  { typescript: api, advice }: Surroundings,
  found: readonly ts.Diagnostic[],
  nameOf: (file: ts.SourceFile) => string | undefined,
): Diagnostic[] {
  return found.flatMap(({ file, start = 0, length = 0, messageText, code }) => {
    if (!file) return [];
    const at = { start: place(api, file, start), end: place(api, file, start + length), fileName: nameOf(file) };
    const messages = flat(messageText, code);
    const advised = advice({ code, message: messages[0].messageText });
    if (advised) messages.push({ messageText: advised, code });
    return messages.map((message) => ({ ...at, ...message }));
  });
}

function place(api: TypeScript, file: ts.SourceFile, offset: number): Place {
  return { offset, ...api.getLineAndCharacterOfPosition(file, offset) };
}

function flat(message: string | ts.DiagnosticMessageChain, code: number): { messageText: string; code: number }[] {
  if (typeof message === 'string') return [{ messageText: message, code }];
  const own = { messageText: message.messageText, code: message.code };
  return [own, ...(message.next ?? []).flatMap((next) => flat(next, next.code))];
}
