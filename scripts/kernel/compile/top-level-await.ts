/** Code that waits where it stands. */
import type ts from 'typescript';
import type { TypeScript } from './surroundings';

/** Whether there is an `await` outside of all functions. */
export function awaits(api: TypeScript, node: ts.Node): boolean {
  if (api.isFunctionLike(node) || api.isPropertyDeclaration(node) || api.isClassStaticBlockDeclaration(node))
    return false;
  if (api.isAwaitExpression(node) || (api.isForOfStatement(node) && node.awaitModifier)) return true;
  if (api.isVariableDeclarationList(node)) {
    const { AwaitUsing, BlockScoped } = api.NodeFlags;
    if ((node.flags & BlockScoped) === AwaitUsing) return true;
  }
  return api.forEachChild(node, (child) => awaits(api, child)) ?? false;
}
