/**
 * `{ y }` with a `y` of an earlier cell: tslab 1.0.22 asks the checker for the property's symbol, not the variable's, and leaves
 * the name unresolved. Written out as `{ y: y }`, with the checker told what the second `y` is, it is found.
 */
import type * as ts from '@tslab/typescript-for-tslab';

type TypeScript = typeof ts;

/** Writes shorthand properties out; the value keeps its place in the source. */
export function expandShorthand(api: TypeScript): ts.TransformerFactory<ts.SourceFile> {
  const { factory } = api;
  return (context) => {
    const visit = (node: ts.Node): ts.Node => {
      if (!api.isShorthandPropertyAssignment(node) || node.objectAssignmentInitializer)
        return api.visitEachChild(node, visit, context);
      return factory.createPropertyAssignment(factory.createIdentifier(node.name.text), node.name);
    };
    return (file) => (file.fileName.endsWith('__tslab__.ts') ? api.visitEachChild(file, visit, context) : file);
  };
}

/** Makes the checker answer for a shorthand property's name with the variable that it reads. */
export function knowShorthand(api: TypeScript, checker: ts.TypeChecker): void {
  const ofNode = checker.getSymbolAtLocation.bind(checker);
  checker.getSymbolAtLocation = (node) =>
    node.parent && api.isShorthandPropertyAssignment(node.parent) && node.parent.name === node
      ? checker.getShorthandAssignmentValueSymbol(node.parent)
      : ofNode(node);
}
