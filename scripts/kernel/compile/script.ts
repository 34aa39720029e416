/** A cell as the JavaScript of a function's body. */
import type ts from 'typescript';
import { interruptChecks } from './interrupt-checks';
import { importOf } from './module-syntax';
import { sharedVariables, type Variables } from './shared-variables';
import { sharedSymbols } from './scope';
import { withoutLink } from './local-files';
import { awaits } from './top-level-await';
import type { TypeScript } from './surroundings';

export interface Script {
  /** Returns `[value]` when the cell ends with an expression. */
  code: string;
  map: string;
  /** Whether the function must be an async one. */
  isAsync: boolean;
  /** The variables that it declares anew. */
  variables: string[];
  /** Those that it declares by `var`, which keep what they hold until they are assigned. */
  kept: string[];
  /** All that it uses, of itself and of other cells. */
  used: string[];
  /** The modules that it imports, in order. */
  imports: string[];
}

/** Writes the JavaScript of a cell that has no errors; `earlier` are the cells whose variables it may use. */
export function scriptOf(api: TypeScript, program: ts.Program, cell: ts.SourceFile, earlier: ts.SourceFile[]): Script {
  const checker = program.getTypeChecker();
  const own = sharedSymbols(api, checker, [cell]);
  const shared = new Set([...own, ...sharedSymbols(api, checker, earlier)]);
  const imports: string[] = [];
  const used = new Set<string>();
  const before: ts.TransformerFactory<ts.SourceFile> = (context) => (file) => {
    const variables = sharedVariables(api, checker, shared, context);
    const isOwn = (name: ts.Identifier) => own.has(checker.getSymbolAtLocation(name)!);
    const loads = file.statements.flatMap((statement) => importOf(api, checker, statement) ?? []);
    imports.push(...loads.map(({ specifier }) => specifier));
    const body = [...loads.map(({ statement }) => statement), ...bodyOf(api, file, variables, isOwn, context.factory)];
    variables.used.forEach((name) => used.add(name));
    return context.factory.updateSourceFile(file, body);
  };
  // TypeScript marks its output as a module by `export {}`.
  const unmarked: ts.TransformerFactory<ts.SourceFile> = (context) => (file) =>
    context.factory.updateSourceFile(
      file,
      file.statements.filter((statement) => !api.isExportDeclaration(statement)),
    );
  const isVar = ({ flags }: ts.Symbol) => (flags & api.SymbolFlags.FunctionScopedVariable) !== 0;
  const names = (are: (symbol: ts.Symbol) => boolean) => [...new Set([...own].filter(are).map(({ name }) => name))];
  let code = '';
  let map = '';
  const write = (name: string, text: string) => void (name.endsWith('.map') ? (map = text) : (code = text));
  program.emit(cell, write, undefined, false, { before: [before], after: [unmarked, interruptChecks(api)] });
  return {
    code: withoutLink(code).replace(/^#!.*/, ''),
    map,
    isAsync: awaits(api, cell),
    variables: names((symbol) => !isVar(symbol)),
    kept: names(isVar),
    used: [...used],
    imports,
  };
}

/** Functions first, as JavaScript hoists them; the rest in order, the value of the last expression returned. */
function bodyOf(
  api: TypeScript,
  file: ts.SourceFile,
  { visit, assignment, named }: Variables,
  isOwn: (name: ts.Identifier) => boolean,
  factory: ts.NodeFactory,
): ts.Statement[] {
  const last = [...file.statements].reverse().find((statement) => !leavesNothing(api, statement));
  const valueOf = (statement: ts.Statement, value: ts.Expression): ts.Statement => {
    if (statement !== last) return api.setTextRange(factory.createExpressionStatement(value), statement);
    const result = factory.createReturnStatement(factory.createArrayLiteralExpression([value]));
    return api.setTextRange(result, statement);
  };
  /** `import A = N.B` */
  const alias = ({ name, moduleReference }: ts.ImportEqualsDeclaration): ts.Statement[] => {
    const value = (entity: ts.EntityName): ts.Expression =>
      api.isIdentifier(entity)
        ? (visit(entity) as ts.Expression)
        : factory.createPropertyAccessExpression(value(entity.left), entity.right);
    if (api.isExternalModuleReference(moduleReference) || !isOwn(name)) return [];
    return [assignment(name.text, value(moduleReference))];
  };
  const functions: ts.Statement[] = [];
  const rest = file.statements.flatMap((statement): ts.Statement[] => {
    if (api.isImportDeclaration(statement) || leavesNothing(api, statement)) return [];
    if (api.isExpressionStatement(statement))
      return [valueOf(statement, api.visitNode(statement.expression, visit) as ts.Expression)];
    if (api.isExportAssignment(statement)) return [valueOf(statement, named('default', statement.expression))];
    if (api.isImportEqualsDeclaration(statement)) return alias(statement);
    const nameless = withoutName(api, statement, factory);
    if (nameless) return [valueOf(statement, named('default', nameless))];
    const node = visit(statement);
    const rewritten = (Array.isArray(node) ? node : [node]) as ts.Statement[];
    const { name } = statement as ts.DeclarationStatement;
    if (!name || !api.isIdentifier(name) || !isOwn(name)) return rewritten;
    const shared = assignment(name.text, factory.createIdentifier(name.text));
    if (!api.isFunctionDeclaration(statement)) return [...rewritten, shared];
    if (statement.body) functions.push(shared);
    return rewritten;
  });
  return [...functions, ...rest];
}

/** `export default class { … }` and `export default function () { … }` as expressions. */
function withoutName(api: TypeScript, statement: ts.Statement, factory: ts.NodeFactory): ts.Expression | undefined {
  if (api.isClassDeclaration(statement) && !statement.name) {
    const { modifiers, typeParameters, heritageClauses, members } = statement;
    const decorators = modifiers?.filter(api.isDecorator);
    return factory.createClassExpression(decorators, undefined, typeParameters, heritageClauses, members);
  }
  if (!api.isFunctionDeclaration(statement) || statement.name || !statement.body) return undefined;
  const { modifiers, asteriskToken, typeParameters, parameters, type, body } = statement;
  const isAsync = modifiers?.some(({ kind }) => kind === api.SyntaxKind.AsyncKeyword);
  const own = isAsync ? [factory.createModifier(api.SyntaxKind.AsyncKeyword)] : undefined;
  return factory.createFunctionExpression(own, asteriskToken, undefined, typeParameters, parameters, type, body);
}

/** Types, and `export { … }` of variables that are exported anyway. */
function leavesNothing(api: TypeScript, statement: ts.Statement): boolean {
  return (
    api.isInterfaceDeclaration(statement) ||
    api.isTypeAliasDeclaration(statement) ||
    api.isEmptyStatement(statement) ||
    api.isExportDeclaration(statement)
  );
}
