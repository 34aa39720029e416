/**
 * Names of properties that tslab 1.0.22 takes for variables, or the other way round. It asks the checker for the symbol of
 * every identifier, and writes `exports.` before those that an earlier cell declares:
 *
 * - `{ y }` with a `y` of an earlier cell: the symbol is the property's, not the variable's, and the name stays unresolved.
 *   Written out as `{ y: y }`, with the checker told what the second `y` is, it is found.
 * - `const { y: z } = made` with a type of `made` that an earlier cell declares: the property counts as declared there, and
 *   becomes `{ exports, y: z }`. A name in quotes is left alone.
 */
import type * as ts from '@tslab/typescript-for-tslab';

type TypeScript = typeof ts;

/** Writes shorthand properties out, their values in their places in the source, and quotes the names of renamed properties. */
export function markPropertyNames(api: TypeScript): ts.TransformerFactory<ts.SourceFile> {
  const { factory } = api;
  const quoted = <T extends ts.Node>(name: T) =>
    api.isIdentifier(name) ? api.setTextRange(factory.createStringLiteral(name.text, true), name) : name;
  return (context) => {
    const visit = (node: ts.Node): ts.Node => {
      if (api.isShorthandPropertyAssignment(node) && !node.objectAssignmentInitializer)
        return factory.createPropertyAssignment(factory.createIdentifier(node.name.text), node.name);
      const visited = api.visitEachChild(node, visit, context);
      if (api.isBindingElement(visited) && visited.propertyName) {
        const { dotDotDotToken, propertyName, name, initializer } = visited;
        return factory.updateBindingElement(visited, dotDotDotToken, quoted(propertyName), name, initializer);
      }
      if (api.isPropertyAssignment(visited))
        return factory.updatePropertyAssignment(visited, quoted(visited.name), visited.initializer);
      return visited;
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
