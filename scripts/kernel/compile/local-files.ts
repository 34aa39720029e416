/** TypeScript files, and modules written in cells, that a cell imports: as CommonJS. */
import type ts from 'typescript';
import { runtimeSyntax } from './module-syntax';
import type { TypeScript } from './surroundings';

export interface LocalFile {
  /** The TypeScript file. */
  path: string;
  code: string;
  map: string;
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
    fileName: file.fileName,
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
  };
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
