/** The compiler's surroundings in Node: its files, its types, and the library of the JavaScript that it runs. */
import path from 'node:path';
import ts from 'typescript';
import { advice } from './advice';
import type { Surroundings } from './compile/surroundings';
import { courseModules } from './course';

/** What cells find beyond Node. */
const aroundCells = path.resolve(courseModules, '../scripts/kernel/around-cells.d.ts');

/** What this Node has beyond ES2023, by the part of TypeScript's library that describes it. */
const beyond: Record<string, () => boolean> = {
  'es2024.arraybuffer': () => 'transfer' in ArrayBuffer.prototype,
  'es2024.collection': () => 'groupBy' in Map,
  'es2024.object': () => 'groupBy' in Object,
  'es2024.promise': () => 'withResolvers' in Promise,
  'es2024.regexp': () => 'unicodeSets' in RegExp.prototype,
  'es2024.sharedmemory': () => 'waitAsync' in Atomics,
  'es2024.string': () => 'isWellFormed' in String.prototype,
  'esnext.array': () => 'fromAsync' in Array,
  'esnext.collection': () => 'union' in Set.prototype,
  'esnext.disposable': () => 'DisposableStack' in globalThis,
  'esnext.error': () => 'isError' in Error,
  'esnext.float16': () => 'Float16Array' in globalThis,
  'esnext.iterator': () => 'Iterator' in globalThis,
  'esnext.promise': () => 'try' in Promise,
};

/** For a notebook in `folder`. */
export function nodeSurroundings(folder = process.cwd()): Surroundings {
  const libraryFolder = withSlashes(path.dirname(require.resolve('typescript')));
  const { sys } = ts;
  return {
    typescript: ts,
    folder: withSlashes(folder),
    packages: withSlashes(path.dirname(courseModules)),
    libraryFolder,
    files: {
      readFile,
      fileExists: sys.fileExists,
      directoryExists: sys.directoryExists,
      getDirectories: sys.getDirectories,
      readDirectory: sys.readDirectory,
      realpath: sys.realpath,
      // Installed packages do not change under a running notebook.
      version: (name) => (/\/node_modules\/|\.d\.ts$/.test(name) ? '' : String(sys.getModifiedTime!(name)?.getTime())),
    },
    declarations: [withSlashes(aroundCells)],
    advice,
    options: {
      lib: ['es2023', ...Object.keys(beyond).filter((part) => beyond[part]())]
        .map((part) => `lib.${part}.d.ts`)
        .filter((name) => sys.fileExists(path.join(libraryFolder, name))),
      types: ['node'],
      typeRoots: [
        ...(ts.getEffectiveTypeRoots({}, { getCurrentDirectory: () => folder }) ?? []),
        path.join(courseModules, '@types'),
      ].map((one) => withSlashes(one)),
    },
  };
}

/** A path as the compiler writes it, on Windows too. */
export function withSlashes(name: string, { sep }: { sep: string } = path): string {
  return name.replaceAll(sep, '/');
}

/** Three quarters of Node's types are documentation; without it the kernel is ready markedly sooner. */
function readFile(name: string): string | undefined {
  const text = ts.sys.readFile(name);
  return name.includes('/@types/node/') && name.endsWith('.d.ts') ? text?.replace(/\/\*\*[^]*?\*\//g, '') : text;
}
