/** Whether a console may run what has been typed, or should wait for more lines. */
import type * as ts from 'typescript';

export type Completeness = { status: 'complete' | 'invalid' } | { status: 'incomplete'; indent: string };

/** What of TypeScript is needed; any version has it. */
export type Parser = Pick<
  typeof ts,
  'createSourceFile' | 'createScanner' | 'ScriptTarget' | 'ScriptKind' | 'LanguageVariant' | 'SyntaxKind'
>;

/** Makes the text a module, so that `await` may stand anywhere. */
const asModule = 'export {};';
const unterminatedString = 1002;
const unit = '  ';

/**
 * Code is incomplete when the parser finds nothing wrong before the end of the text, and wants more there; and behind a
 * comma, which it forgives. What only the checker finds (an unknown name, a missing initializer) does not count: running
 * the cell says it better.
 */
export function completeness(parser: Parser, code: string): Completeness {
  const text = asModule + code;
  const file = parser.createSourceFile('cell.ts', text, parser.ScriptTarget.Latest, false, parser.ScriptKind.TS);
  const { parseDiagnostics } = file as unknown as { parseDiagnostics: ts.Diagnostic[] };
  const latest = latestToken(parser, code);
  if (parseDiagnostics.length === 0 && latest !== parser.SyntaxKind.CommaToken) return { status: 'complete' };
  const end = file.endOfFileToken.pos;
  const continued = /\\\n?$/.test(code);
  const wantsMore = parseDiagnostics.every(
    ({ code: error, start = 0 }) => start >= end && (error !== unterminatedString || continued),
  );
  return wantsMore ? { status: 'incomplete', indent: indentAfter(parser, latest, code) } : { status: 'invalid' };
}

/** The last token that is no white space or comment. */
function latestToken(parser: Parser, code: string): ts.SyntaxKind {
  const scanner = parser.createScanner(parser.ScriptTarget.Latest, true, parser.LanguageVariant.Standard, code);
  let latest: ts.SyntaxKind = parser.SyntaxKind.Unknown;
  for (let token = scanner.scan(); token !== parser.SyntaxKind.EndOfFileToken; token = scanner.scan()) latest = token;
  return latest;
}

/** Spaces for the next line: as the last one, and a step more behind an opening bracket; none where they would count, in a template. */
function indentAfter({ SyntaxKind }: Parser, latest: ts.SyntaxKind, code: string): string {
  if (latest === SyntaxKind.NoSubstitutionTemplateLiteral || latest === SyntaxKind.TemplateHead) return '';
  const line = code.trimEnd().split('\n').at(-1) ?? '';
  const indent = /^[ \t]*/.exec(line)![0];
  const opening = [SyntaxKind.OpenBraceToken, SyntaxKind.OpenParenToken, SyntaxKind.OpenBracketToken];
  return opening.includes(latest) ? indent + unit : indent;
}
