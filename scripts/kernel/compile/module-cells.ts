/** Cells that are files: a documentation comment with `@module name` at their start lets other cells import them as `./name`. */

const comments = /^(?:\s|\/\/.*|\/\*[^]*?\*\/)*/;
const tag = /\/\*\*[^]*?@module\s+([\w/-]+)[^]*?\*\//;

/** The name that a cell gives itself as a module. */
export function moduleNameOf(text: string): string | undefined {
  return tag.exec(comments.exec(text)?.[0] ?? '')?.[1];
}
