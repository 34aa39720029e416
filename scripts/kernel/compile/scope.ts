/** Which names a cell shares with the others. */
import type ts from 'typescript';
import type { TypeScript } from './surroundings';

/** The compiler binds a file's names into its `locals`; not part of its public types. */
interface Bound {
  locals?: Map<ts.__String, Local>;
  symbol?: ts.Symbol;
}

/** An exported name is a local symbol that stands for the module's. */
type Local = ts.Symbol & { exportSymbol?: ts.Symbol };

/** All names that a cell declares at its top level, types as well. */
export function namesOf(file: ts.SourceFile): string[] {
  return declared(file).map(({ name }) => name);
}

/** `export import x = …` is among the file's exports alone. */
function declared(file: ts.SourceFile): Local[] {
  const { locals, symbol } = file as Bound;
  const own = [...(locals?.values() ?? [])];
  const exported = [...(symbol?.exports?.values() ?? [])].filter(({ name, declarations }) => {
    const isOwn = declarations?.some((declaration) => declaration.parent === file);
    return isOwn && name !== 'default' && !own.some((each) => each.name === name);
  });
  return [...own, ...exported];
}

/**
 * Lets names that `file` does not declare be found in `earlier`, the cell before it: the compiler looks for a name from node to
 * parent, and takes a file in a file as it takes a function in a function.
 */
export function nest(file: ts.SourceFile, earlier: ts.SourceFile | undefined): void {
  (file as { parent?: ts.Node }).parent = earlier;
}

/** What `using` declares is disposed of when its cell ends: later cells must not find it. */
export function forgetDisposed(api: TypeScript, file: ts.SourceFile): void {
  const { locals } = file as Bound;
  locals?.forEach((symbol, name) => {
    if (symbol.declarations?.some((declaration) => isUsing(api, declaration))) locals.delete(name);
  });
}

/** The variables, functions, classes, enums, namespaces and imports that cells share, of all `files`. */
export function sharedSymbols(api: TypeScript, checker: ts.TypeChecker, files: ts.SourceFile[]): Set<ts.Symbol> {
  const shared = new Set<ts.Symbol>();
  for (const symbol of files.flatMap(declared))
    if (isShared(api, checker, symbol)) {
      shared.add(symbol);
      if (symbol.exportSymbol) shared.add(symbol.exportSymbol);
    }
  return shared;
}

/** Whether a module's symbol, or what an import stands for, is a value and not only a type. */
export function isValue(api: TypeScript, checker: ts.TypeChecker, symbol: ts.Symbol | undefined): boolean {
  if (!symbol) return true;
  if (!(symbol.flags & api.SymbolFlags.Alias)) return (symbol.flags & api.SymbolFlags.Value) !== 0;
  const target = checker.getAliasedSymbol(symbol);
  return target.escapedName === 'unknown' || (target.flags & api.SymbolFlags.Value) !== 0;
}

function isShared(api: TypeScript, checker: ts.TypeChecker, symbol: Local): boolean {
  const declarations = symbol.declarations ?? [];
  if (declarations.some((declaration) => isUsing(api, declaration))) return false;
  // What is only declared exists outside of the cells.
  if (declarations.every((declaration) => isAmbient(api, declaration))) return false;
  return isValue(api, checker, symbol.exportSymbol ?? symbol);
}

function isUsing(api: TypeScript, declaration: ts.Declaration): boolean {
  const using = api.getCombinedNodeFlags(declaration) & api.NodeFlags.BlockScoped;
  return using === api.NodeFlags.Using || using === api.NodeFlags.AwaitUsing;
}

function isAmbient(api: TypeScript, declaration: ts.Declaration): boolean {
  return (api.getCombinedModifierFlags(declaration) & api.ModifierFlags.Ambient) !== 0;
}
