/** Modules for cells: compiled local files first, then packages from the notebook's folder, then the course's. */
import fs from 'node:fs';
import Module from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';
import { runtime } from '../compile/surroundings';
import type { LocalFile } from '../compile/local-files';
import { courseModules } from '../course';
import { mendTensorFlow } from './tensorflow';
import { namespaceOf } from './variables';

/** What `require` says of a module that can only be imported. */
const onlyImported = new Set(['ERR_REQUIRE_ESM', 'ERR_REQUIRE_ASYNC_MODULE', 'ERR_PACKAGE_PATH_NOT_EXPORTED']);
const extensions = ['', '.ts', '.tsx', '.mts', '.cts', '.js', '/index.ts', '/index.tsx', '/index.js'];

type Loaded = Record<string, unknown>;
type Load = (specifier: string, options?: ImportCallOptions) => Promise<Loaded>;

export class CellModules {
  private readonly files = new Map<string, LocalFile>();
  private readonly loaded = new Map<string, Module>();
  /** Modules that only `import()` could load. */
  private readonly imported = new Map<string, Loaded>();
  private readonly file: string;
  /** What `import.meta` is in a cell. */
  readonly meta: ReturnType<typeof metaOf>;
  /** The names that a script of Node has. */
  readonly commonJS: {
    require: NodeJS.Require;
    module: { exports: object };
    exports: object;
    __filename: string;
    __dirname: string;
  };

  /** For cells of a notebook in `folder`. */
  constructor(private readonly folder: string) {
    this.file = path.join(folder, 'notebook.js');
    this.meta = metaOf(this.file);
    const module = { exports: {} };
    const require = this.requireFrom(folder, Module.createRequire(this.file));
    this.commonJS = { require, module, exports: module.exports, __filename: this.file, __dirname: folder };
  }

  /** Takes the JavaScript of local TypeScript files; a changed file is loaded anew, and so are those that may use it. */
  update(files: LocalFile[]): void {
    if (files.length > 0) this.loaded.clear();
    for (const file of files) this.files.set(file.path, file);
  }

  /** Before a cell runs: loads what its `import` statements name, where that takes waiting. */
  async prepare(specifiers: string[]): Promise<void> {
    for (const specifier of specifiers) {
      this.imported.delete(specifier);
      try {
        if (!specifier.endsWith('.mjs')) this.commonJS.require(specifier);
        else this.imported.set(specifier, await this.load(specifier));
      } catch (error) {
        // Any other failure comes again where the reader sees it, at the import's line.
        if (isOnlyImported(error)) this.imported.set(specifier, await this.load(specifier));
      }
    }
  }

  /** What an `import` statement gets. */
  forImport(specifier: string): Loaded {
    return this.imported.get(specifier) ?? (this.commonJS.require(specifier) as Loaded);
  }

  /** `import(specifier)` in a cell. */
  readonly load: Load = (specifier, options) => this.loadFrom(this.folder, this.commonJS.require, specifier, options);

  private async loadFrom(folder: string, require: NodeJS.Require, specifier: string, options?: ImportCallOptions) {
    const file = /^\.{0,2}\//.test(specifier) ? path.resolve(folder, specifier) : undefined;
    if (!file?.endsWith('.mjs')) {
      try {
        return namespaceOf(require(specifier) as Loaded);
      } catch (error) {
        if (!isOnlyImported(error)) throw error;
      }
    }
    // A local file that has changed is another module.
    if (file) return nativeImport(this.file)(`${pathToFileURL(file)}?${fs.statSync(file).mtimeMs}`, options);
    return nativeImport(this.file)(specifier, options).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
      return nativeImport(path.join(courseModules, 'cell.js'))(specifier, options);
    });
  }

  private requireFrom(folder: string, fallback: NodeJS.Require): NodeJS.Require {
    const require = (id: string): unknown => {
      if (id === 'tslab') return fallback(path.join(courseModules, 'tslab'));
      const local = /^\.{0,2}\//.test(id) ? this.local(path.resolve(folder, id)) : undefined;
      if (local) return local.exports;
      try {
        return fallback(id);
      } finally {
        mendTensorFlow();
      }
    };
    return Object.assign(require, fallback);
  }

  private local(name: string): Module | undefined {
    const candidates = extensions.map((extension) => name + extension);
    const ofJavaScript = name.replace(/\.([cm]?)js$/, '.$1ts');
    const file = [...candidates, ofJavaScript].find((candidate) => this.files.has(candidate));
    if (file === undefined) return undefined;
    const known = this.loaded.get(file);
    if (known) return known;
    const fresh = new Module(file) as Module & { _compile(source: string, file: string): void };
    fresh.filename = file;
    const require = this.requireFrom(path.dirname(file), Module.createRequire(file));
    fresh.require = require;
    this.loaded.set(file, fresh);
    const load: Load = (specifier, options) => this.loadFrom(path.dirname(file), require, specifier, options);
    try {
      const names = [...Object.keys(this.commonJS), runtime.load, runtime.meta];
      const body = vm.compileFunction(this.files.get(file)!.code, names, { filename: file });
      body.call(fresh.exports, require, fresh, fresh.exports, file, path.dirname(file), load, metaOf(file));
    } catch (error) {
      this.loaded.delete(file);
      throw error;
    }
    return fresh;
  }
}

function isOnlyImported(error: unknown): boolean {
  return onlyImported.has(String((error as NodeJS.ErrnoException | null)?.code));
}

function metaOf(file: string) {
  const { resolve } = Module.createRequire(file);
  return {
    url: pathToFileURL(file).href,
    filename: file,
    dirname: path.dirname(file),
    resolve: (specifier: string) => (Module.isBuiltin(specifier) ? specifier : pathToFileURL(resolve(specifier)).href),
  };
}

/** Node's own `import()`, as a file would call it. */
function nativeImport(file: string): Load {
  const options = { filename: file, importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER };
  return new vm.Script('(specifier, options) => import(specifier, options)', options).runInThisContext() as Load;
}

/** Lets cells of a notebook anywhere on the disk import the course's packages. */
export function addCoursePackages(): void {
  process.env.NODE_PATH = [process.env.NODE_PATH, courseModules].filter(Boolean).join(path.delimiter);
  (Module as unknown as { _initPaths(): void })._initPaths();
}
