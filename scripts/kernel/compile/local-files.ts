/** TypeScript files, and modules written in cells, that a cell imports: as CommonJS. */
import type ts from 'typescript';
import { runtimeSyntax } from './module-syntax';
import { awaits } from './top-level-await';
import type { TypeScript } from './surroundings';

export interface LocalFile {
  /** The TypeScript file. */
  path: string;
  code: string;
  map: string;
  /** Whether it awaits outside of functions. */
  isAsync: boolean;
  /** What its `import` and `export … from` statements name. */
  imports: string[];
}

/** The files beside the notebook that `file` imports, directly or not. */
export function localImports(api: TypeScript, program: ts.Program, file: ts.SourceFile): ts.SourceFile[] {
  const found = new Set<ts.SourceFile>();
  const follow = (from: ts.SourceFile) => {
    for (const specifier of specifiersOf(api, from)) {
      const [declaration] = program.getTypeChecker().getSymbolAtLocation(specifier)?.declarations ?? [];
      if (!declaration || !api.isSourceFile(declaration) || found.has(declaration)) continue;
      if (declaration.isDeclarationFile || /\/node_modules\/|\.json$|\.mjs$/.test(declaration.fileName)) continue;
      found.add(declaration);
      follow(declaration);
    }
  };
  follow(file);
  return [...found];
}

export function compileLocal(api: TypeScript, file: ts.SourceFile): LocalFile {
  const { outputText, sourceMapText } = api.transpileModule(file.text, {
    // An `.mts` would stay a module.
    fileName: file.fileName.replace(/\.[cm]ts$/, '.ts'),
    compilerOptions: {
      module: api.ModuleKind.CommonJS,
      target: api.ScriptTarget.ES2022,
      esModuleInterop: true,
      sourceMap: true,
      jsx: api.JsxEmit.React,
    },
    transformers: { before: [withRuntime(api)] },
  });
  return {
    path: file.fileName,
    code: withoutLink(outputText),
    map: sourceMapText ?? '',
    isAsync: awaits(api, file),
    imports: file.statements.flatMap((statement) => importedBy(api, statement) ?? []),
  };
}

function importedBy(api: TypeScript, statement: ts.Statement): string | undefined {
  const isImport = api.isImportDeclaration(statement);
  if (!isImport && !api.isExportDeclaration(statement)) return undefined;
  const { moduleSpecifier } = statement;
  const isTypeOnly = isImport ? statement.importClause?.isTypeOnly : statement.isTypeOnly;
  return moduleSpecifier && api.isStringLiteral(moduleSpecifier) && !isTypeOnly ? moduleSpecifier.text : undefined;
}

/** JavaScript without the comment that links it to its source map. */
export function withoutLink(code: string): string {
  return code.replace(/\/\/# sourceMappingURL=\S*\s*$/, '');
}

function withRuntime(api: TypeScript): ts.TransformerFactory<ts.SourceFile> {
  return (context) => (file) => {
    const visit = (node: ts.Node): ts.Node => runtimeSyntax(api, node) ?? api.visitEachChild(node, visit, context);
    return api.visitEachChild(file, visit, context);
  };
}

function specifiersOf(api: TypeScript, file: ts.SourceFile): ts.Expression[] {
  const specifiers: ts.Expression[] = [];
  const visit = (node: ts.Node): void => {
    if ((api.isImportDeclaration(node) || api.isExportDeclaration(node)) && node.moduleSpecifier)
      specifiers.push(node.moduleSpecifier);
    else if (api.isExternalModuleReference(node)) specifiers.push(node.expression);
    else if (api.isCallExpression(node) && isLoad(api, node) && node.arguments[0]) specifiers.push(node.arguments[0]);
    api.forEachChild(node, visit);
  };
  visit(file);
  return specifiers;
}

/** `import('…')` and `require('…')`. */
function isLoad(api: TypeScript, { expression }: ts.CallExpression): boolean {
  return (
    expression.kind === api.SyntaxKind.ImportKeyword || (api.isIdentifier(expression) && expression.text === 'require')
  );
}
