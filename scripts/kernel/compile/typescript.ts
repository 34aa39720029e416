/**
 * tslab's TypeScript with four things added from outside: source maps, interrupt checks in loops, property names told from variables of
 * earlier cells, and packages that cells may import from anywhere. This must be loaded before tslab's converter, which takes TypeScript from here.
 */
import fs from 'node:fs';
import path from 'node:path';
import { interruptChecks } from './interrupt-checks';
import type { Parser } from './completeness';
import { knowShorthand, markPropertyNames } from './property-names';
import type * as Api from '@tslab/typescript-for-tslab';

const courseModules = path.resolve(__dirname, '../../../../node_modules');
const typesOfCells = path.resolve(__dirname, '../../types');
const file = require.resolve('@tslab/typescript-for-tslab');
const real = require(file) as typeof Api;

/** Source maps by the name of the emitted file, from its ES module to its source. */
const emitted = new Map<string, string>();
/** The source map of the latest step from ES module to CommonJS. */
let transpiled: string | undefined;
/** Both steps of imported local files, by the name of the emitted file. */
const imported = new Map<string, string[]>();

/** The maps of the cell compiled last. */
export function cellMaps(): string[] {
  const map = emitted.get('outDir/__tslab__.js');
  return map && transpiled ? [transpiled, map] : [];
}

/** The maps of a local file that a cell imports; `name` is relative to the working directory. */
export function importedMaps(name: string): string[] {
  return imported.get(`outDir/${name}`) ?? [];
}

const createWatchCompilerHost = ((
  roots: string[],
  options: Api.CompilerOptions,
  sys: Api.System,
  _: null,
  ...rest: never[]
) =>
  (real.createWatchCompilerHost as (...args: unknown[]) => unknown)(
    roots,
    { ...options, sourceMap: true, ...packages(options) },
    sys,
    createProgram,
    ...rest,
  )) as unknown as typeof real.createWatchCompilerHost;

/**
 * A program without the builder's bookkeeping of which file refers to which: over the types of TensorFlow.js it takes longer
 * than compiling a cell, and tslab asks it only for the local files that a cell imports.
 */
const createProgram = ((...args: Parameters<Api.CreateProgram<Api.BuilderProgram>>) => {
  const builder = real.createAbstractBuilder(...args);
  const program = builder.getProgram();
  knowShorthand(real, program.getTypeChecker());
  builder.getAllDependencies = (source) => localDependencies(program, source);
  builder.emit = (source, write, token, onlyDeclarations, transformers) =>
    program.emit(source, recording(write), token, onlyDeclarations, {
      ...transformers,
      before: [...(transformers?.before ?? []), markPropertyNames(real)],
      after: [...(transformers?.after ?? []), interruptChecks(real)],
    });
  return builder;
}) as Api.CreateProgram<Api.BuilderProgram>;

/** The file and all that it imports, directly or not, except declarations. */
function localDependencies(program: Api.Program, source: Api.SourceFile): string[] {
  const found = new Set([source.fileName]);
  for (const name of found) {
    const file = program.getSourceFile(name) as WithResolutions | undefined;
    file?.resolvedModules?.forEach(({ resolvedModule }) => {
      if (resolvedModule && !resolvedModule.resolvedFileName.endsWith('.d.ts'))
        found.add(resolvedModule.resolvedFileName);
    });
  }
  return [...found];
}

/** What the compiler keeps with a file; not part of its public types. */
interface WithResolutions {
  resolvedModules?: { forEach(each: (resolution: { resolvedModule?: Api.ResolvedModuleFull }) => void): void };
}

const transpileModule: typeof real.transpileModule = (input, options) => {
  const result = real.transpileModule(input, {
    ...options,
    compilerOptions: { ...options.compilerOptions, sourceMap: true },
  });
  transpiled = result.sourceMapText;
  return { ...result, outputText: result.outputText.replace(/^\/\/# sourceMappingURL=.*$/gm, '') };
};

function recording(write: Api.WriteFileCallback | undefined): Api.WriteFileCallback | undefined {
  return (name, data, ...rest) => {
    if (name.endsWith('.js.map')) emitted.set(name.replace(/\.map$/, ''), data);
    // Writing a local file's JavaScript is what makes tslab transpile it.
    write?.(name, data, ...rest);
    const map = emitted.get(name);
    if (map && transpiled) imported.set(name, [transpiled, map]);
  };
}

/** Types of Node, and of what cells find beyond it, for every cell; and the course's own packages where the notebook's folder has none. */
function packages(options: Api.CompilerOptions): Api.CompilerOptions {
  const typeRoots = [...(options.typeRoots ?? []), path.join(courseModules, '@types'), typesOfCells];
  const paths = hasCourse(process.cwd())
    ? undefined
    : { '*': [path.join(courseModules, '*'), path.join(courseModules, '@types', '*')] };
  return { typeRoots, types: ['node', 'cells'], paths };
}

function hasCourse(folder: string): boolean {
  if (fs.existsSync(path.join(folder, 'node_modules', 'lstm-lab'))) return true;
  const parent = path.dirname(folder);
  return parent !== folder && hasCourse(parent);
}

// Installed packages do not change under a running notebook: watching their files costs time and memory.
const { watchFile } = real.sys;
const closed = { close: () => undefined };
real.sys.watchFile = (name, ...rest) => (name.includes('/node_modules/') ? closed : watchFile!(name, ...rest));
real.sys.watchDirectory = () => closed;

// Three quarters of Node's types are documentation; without it the kernel is ready markedly sooner.
const { readFile } = real.sys;
real.sys.readFile = (name, encoding) => {
  const text = readFile(name, encoding);
  return name.includes('/@types/node/') && name.endsWith('.d.ts') ? text?.replace(/\/\*\*[^]*?\*\//g, '') : text;
};

// TypeScript's own exports cannot be assigned to, so tslab is given a copy.
const replaced: Record<string, unknown> = { createWatchCompilerHost, transpileModule };
const given = {};
for (const [name, value] of Object.entries(real))
  Object.defineProperty(given, name, { enumerable: true, value: replaced[name] ?? value });
require.cache[file]!.exports = given;

export const version = real.version;
export const parser = real as unknown as Parser;
