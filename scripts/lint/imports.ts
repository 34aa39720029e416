/** The library's layers: an import points to a lower layer, or stays in its own room. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { linesOf, type Problem } from './problem';

/** From the bottom to the top; rooms of one layer do not know each other. */
const layers: string[][] = [
  ['platform', 'system'],
  ['article', 'files', 'notebook', 'options', 'optional-package', 'version'],
  ['mends'],
  ['random'],
  ['table', 'backend'],
  ['kernels'],
  ['series', 'text'],
  ['data'],
  ['torch', 'layers'],
  ['train'],
  ['models'],
  ['export'],
  ['serve'],
  ['plot'],
  ['course', 'library'],
  ['index'],
  ['cli'],
];

/** Every import under `lib` that points upwards or sideways, or goes round the backend. */
export function checkImports(root: string): Problem[] {
  const lib = path.join(root, 'lib');
  const files = readdirSync(lib, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.d.ts') && !/(^|[\\/])(dist|node_modules)[\\/]/.test(file),
  );
  return files.flatMap((file) => {
    const source = readFileSync(path.join(lib, file), 'utf8');
    return importsOf(source).flatMap(({ from, line }) => {
      const message = judge(file, from);
      return message ? [{ file: `lib/${file}`, place: `line ${line}`, message }] : [];
    });
  });
}

/** The specifiers of a module's imports and re-exports, with their lines; requires count, since they load too. */
export function importsOf(source: string): { from: string; line: number }[] {
  const pattern =
    /^[ \t]*(?:import|export)\b(?:(?!^[ \t]*(?:import|export)\b)[^;'"])*?\bfrom\s+'([^']+)'|^[ \t]*import\s+'([^']+)'|\b(?:require|import)\('([^']+)'\)/gm;
  const lineAt = linesOf(source);
  return [...source.matchAll(pattern)].map((match) => ({
    from: match[1] ?? match[2] ?? match[3],
    line: lineAt((match.index ?? 0) + match[0].length),
  }));
}

/** What is wrong with a module of the library importing another; undefined when nothing is. `file` is relative to lib. */
export function judge(file: string, from: string): string | undefined {
  const room = roomOf(file);
  if (!from.startsWith('.')) {
    const tensorflow = /^@tensorflow\/(tfjs($|\/)|tfjs-)/.test(from) && !['backend', 'mends'].includes(room);
    return tensorflow ? `imports ${from}: take tf from lib/backend, the one place that chooses the backend` : undefined;
  }
  const target = roomOf(path.join(path.dirname(file), from));
  if (target === room) return undefined;
  const [own, other] = [layerOf(room), layerOf(target)];
  if (own < 0 || other < 0) return `${own < 0 ? room : target} has no layer yet: name it in scripts/lint/imports.ts`;
  if (other < own) return undefined;
  return `imports ${target}, which ${other === own ? 'stands beside' : 'lies above'} ${room}: imports point downwards only`;
}

/** What stands in `browser` is of the room of what it replaces in a page. */
const roomOf = (file: string): string =>
  path
    .normalize(file)
    .replace(/^browser[\\/]/, '')
    .split(path.sep)[0]
    .replace(/\.ts$/, '');
const layerOf = (room: string): number => layers.findIndex((names) => names.includes(room));
