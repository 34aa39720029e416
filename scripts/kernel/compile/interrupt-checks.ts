/** A check at the start of every loop of a cell, so that an endless loop can be interrupted and `finally` blocks still run. */
import type ts from 'typescript';
import { runtime, type TypeScript } from './surroundings';

/** Puts `if ($interrupt[0]) $stop();` in front of each loop's body. */
export function interruptChecks(api: TypeScript): ts.TransformerFactory<ts.SourceFile> {
  const { factory } = api;
  const check = (loop: ts.Node) => {
    // It takes the loop's place in the source map: an interrupted loop is reported at its own line.
    const placed = <T extends ts.Node>(node: T) => api.setSourceMapRange(node, api.getSourceMapRange(loop));
    const stop = factory.createCallExpression(factory.createIdentifier(runtime.stop), undefined, undefined);
    const flag = factory.createElementAccessExpression(factory.createIdentifier(runtime.flag), 0);
    return placed(factory.createIfStatement(flag, placed(factory.createExpressionStatement(placed(stop)))));
  };
  return (context) => {
    const visit = (node: ts.Node): ts.Node => {
      const visited = api.visitEachChild(node, visit, context);
      if (!api.isIterationStatement(visited, false)) return visited;
      const body = factory.createBlock([check(node), ...statements(visited.statement)], true);
      return withBody(api, visited, body);
    };
    const statements = (body: ts.Statement) => (api.isBlock(body) ? body.statements : [body]);
    return (file) => api.visitEachChild(file, visit, context);
  };
}

function withBody(api: TypeScript, loop: ts.IterationStatement, body: ts.Statement): ts.Node {
  const { factory } = api;
  if (api.isForStatement(loop))
    return factory.updateForStatement(loop, loop.initializer, loop.condition, loop.incrementor, body);
  if (api.isForOfStatement(loop))
    return factory.updateForOfStatement(loop, loop.awaitModifier, loop.initializer, loop.expression, body);
  if (api.isForInStatement(loop)) return factory.updateForInStatement(loop, loop.initializer, loop.expression, body);
  if (api.isWhileStatement(loop)) return factory.updateWhileStatement(loop, loop.expression, body);
  return factory.updateDoStatement(loop as ts.DoStatement, body, (loop as ts.DoStatement).expression);
}
