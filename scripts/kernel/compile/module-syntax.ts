/** Imports and exports of a cell: an imported name becomes a variable of all cells, and all cells' variables are exported anyway. */
import type ts from 'typescript';
import { isValue } from './scope';
import { runtime, type TypeScript } from './surroundings';

/** `{ local: 'imported' }`; `*` is the whole module, `=` what CommonJS calls its exports. */
type Bindings = Record<string, string>;

/** A module that a cell imports, and the statement that loads it. */
export interface Import {
  specifier: string;
  statement: ts.Statement;
}

/** What an import or export statement loads when the cell runs; undefined for other statements and for types. */
export function importOf(api: TypeScript, checker: ts.TypeChecker, statement: ts.Statement): Import | undefined {
  const found = bindingsOf(api, checker, statement);
  if (!found) return undefined;
  const { factory } = api;
  const properties = Object.entries(found.bindings).map(([local, imported]) =>
    factory.createPropertyAssignment(factory.createStringLiteral(local), factory.createStringLiteral(imported)),
  );
  const call = factory.createCallExpression(factory.createIdentifier(runtime.import), undefined, [
    factory.createStringLiteral(found.specifier),
    factory.createObjectLiteralExpression(properties),
  ]);
  const placed = api.setSourceMapRange(call, statement);
  const load = api.setSourceMapRange(factory.createExpressionStatement(placed), statement);
  return { specifier: found.specifier, statement: load };
}

function bindingsOf(
  api: TypeScript,
  checker: ts.TypeChecker,
  statement: ts.Statement,
): { specifier: string; bindings: Bindings } | undefined {
  const names = (pairs: [string, string][]) => Object.fromEntries(pairs);
  const isUsed = (node: ts.Identifier | ts.ModuleExportName) =>
    isValue(api, checker, checker.getSymbolAtLocation(node));
  if (api.isImportDeclaration(statement)) {
    const specifier = textOf(api, statement.moduleSpecifier);
    const { importClause: clause } = statement;
    if (!clause) return { specifier, bindings: {} };
    if (clause.isTypeOnly) return undefined;
    const pairs: [string, string][] = [];
    if (clause.name && isUsed(clause.name)) pairs.push([clause.name.text, 'default']);
    const { namedBindings } = clause;
    if (namedBindings && api.isNamespaceImport(namedBindings)) pairs.push([namedBindings.name.text, '*']);
    else
      for (const { name, propertyName, isTypeOnly } of namedBindings?.elements ?? [])
        if (!isTypeOnly && isUsed(name)) pairs.push([name.text, (propertyName ?? name).text]);
    return pairs.length > 0 ? { specifier, bindings: names(pairs) } : undefined;
  }
  if (api.isImportEqualsDeclaration(statement) && !statement.isTypeOnly) {
    const { moduleReference } = statement;
    if (!api.isExternalModuleReference(moduleReference)) return undefined;
    return { specifier: textOf(api, moduleReference.expression), bindings: { [statement.name.text]: '=' } };
  }
  // In JavaScript as well, `export … from` names nothing in its own module.
  if (api.isExportDeclaration(statement) && statement.moduleSpecifier && !statement.isTypeOnly)
    return { specifier: textOf(api, statement.moduleSpecifier), bindings: {} };
  return undefined;
}

/** `import(…)` and `import.meta` as calls and names that the surroundings answer. */
export function runtimeSyntax(api: TypeScript, node: ts.Node): ts.Expression | undefined {
  const { factory } = api;
  if (api.isMetaProperty(node) && node.keywordToken === api.SyntaxKind.ImportKeyword)
    return api.setSourceMapRange(factory.createIdentifier(runtime.meta), node);
  if (node.kind === api.SyntaxKind.ImportKeyword && node.parent && api.isCallExpression(node.parent))
    return api.setSourceMapRange(factory.createIdentifier(runtime.load), node);
  return undefined;
}

function textOf(api: TypeScript, specifier: ts.Expression): string {
  return api.isStringLiteral(specifier) ? specifier.text : '';
}
