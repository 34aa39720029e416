/** What TypeScript finds wrong in a cell, as one report. */
import type { Diagnostic } from '../compile/diagnostics';
import { reportWithout, type ErrorReport } from './report';
import { excerpt } from './excerpt';

/** The first error names the report; each is shown at its place. */
export function reportTypeErrors(diagnostics: Diagnostic[], label: string, source: string): ErrorReport {
  const errors = merged(diagnostics);
  const [first] = errors;
  const evalue = `${place(first, label)}: ${first.messages[0]} (TS${first.code})`;
  const lines = errors.flatMap((error) => {
    const { start, end, fileName } = error.at;
    const text = error.messages.map((message, depth) => `${'  '.repeat(depth)}${message}`).join('\n');
    // The only message of the first error is in the report's head line already.
    const head = error === first && error.messages.length === 1 ? [''] : ['', `${text} (TS${error.code})`];
    if (fileName) return [...head, place(error, label)];
    const length = end.line === start.line ? end.character - start.character : Number.MAX_SAFE_INTEGER;
    return [...head, ...excerpt(label, source, start.line + 1, start.character + 1, length)];
  });
  return reportWithout('TypeScriptError', evalue, ...lines);
}

interface TypeError {
  at: Diagnostic;
  code: number;
  messages: string[];
}

/** The compiler gives a message and its explanations one after the other, all at the same place. */
function merged(diagnostics: Diagnostic[]): TypeError[] {
  const errors: TypeError[] = [];
  for (const diagnostic of diagnostics) {
    const previous = errors.at(-1);
    const same =
      previous?.at.start.offset === diagnostic.start.offset && previous.at.end.offset === diagnostic.end.offset;
    if (previous && same) previous.messages.push(diagnostic.messageText);
    else errors.push({ at: diagnostic, code: diagnostic.code, messages: [diagnostic.messageText] });
  }
  return errors;
}

function place({ at }: TypeError, label: string): string {
  return `${at.fileName ?? label}, line ${at.start.line + 1}`;
}
