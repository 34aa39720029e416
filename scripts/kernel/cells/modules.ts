/** Modules for cells: compiled local files first, then packages from the notebook's folder, then the course's. */
import fs from 'node:fs';
import Module from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';
import { runtime } from '../compile/surroundings';
import type { LocalFile } from '../compile/local-files';
import { isRelative } from '../compile/specifiers';
import { courseModules } from '../course';
import { LocalModules, type Around } from './local-modules';
import { mendTensorFlow } from './tensorflow';
import { namespaceOf } from './variables';

/** What `require` says of a module that can only be imported. */
const onlyImported = new Set(['ERR_REQUIRE_ESM', 'ERR_REQUIRE_ASYNC_MODULE', 'ERR_PACKAGE_PATH_NOT_EXPORTED']);

type Loaded = Record<string, unknown>;
type Load = (specifier: string, options?: ImportCallOptions) => Promise<Loaded>;

export class CellModules {
  private readonly local = new LocalModules((file) => this.around(file));
  /** Modules that only `import()` could load, by `keyOf`. */
  private readonly imported = new Map<string, Loaded>();
  /** When each data file was last changed. */
  private readonly changes = new Map<string, number>();
  private readonly file: string;
  /** What `import.meta` is in a cell. */
  readonly meta: ReturnType<typeof metaOf>;
  /** The names that a script of Node has. */
  readonly commonJS: {
    require: NodeJS.Require;
    module: Module;
    exports: object;
    __filename: string;
    __dirname: string;
  };

  /** For cells of a notebook in `folder`. */
  constructor(folder: string) {
    this.file = path.join(folder, 'notebook.js');
    this.meta = metaOf(this.file);
    const module = new Module(this.file);
    const require = this.requireFrom(this.file);
    // `if (require.main === module)` asks whether this is the program, and not a module of it.
    Object.assign(require, { main: module });
    Object.assign(module, { filename: this.file, paths: require.resolve.paths('x'), loaded: true, require });
    this.commonJS = { require, module, exports: module.exports as object, __filename: this.file, __dirname: folder };
  }

  /** Takes the JavaScript of local TypeScript files. */
  update(files: LocalFile[]): void {
    this.local.update(files);
  }

  /** Before a cell runs: loads what its `import` statements name, where that takes waiting; of local files also what they import. */
  async prepare(specifiers: string[], from = this.file, seen = new Set<string>()): Promise<void> {
    for (const specifier of specifiers) {
      const file = this.local.find(path.dirname(from), specifier);
      if (file === undefined) await this.prepareOther(specifier, from);
      else if (!seen.has(file)) {
        seen.add(file);
        await this.prepare(this.local.importsOf(file), file, seen);
        await this.local.wait(file);
      }
    }
  }

  /** What an `import` statement gets. */
  forImport(specifier: string): Loaded {
    return this.imported.get(keyOf(specifier, this.file)) ?? (this.commonJS.require(specifier) as Loaded);
  }

  /** `import(specifier)` in a cell. */
  readonly load: Load = (specifier, options) => this.loadFrom(this.file, specifier, options);

  private async prepareOther(specifier: string, from: string): Promise<void> {
    const key = keyOf(specifier, from);
    this.imported.delete(key);
    const require = this.requireFrom(from);
    try {
      if (specifier.endsWith('.mjs')) this.imported.set(key, await this.loadFrom(from, specifier));
      else require(specifier);
    } catch (error) {
      // Any other failure comes again where the reader sees it, at the import's line.
      if (isOnlyImported(error)) this.imported.set(key, await this.loadFrom(from, specifier));
    }
  }

  private async loadFrom(from: string, specifier: string, options?: ImportCallOptions): Promise<Loaded> {
    const folder = path.dirname(from);
    if (this.local.find(folder, specifier)) await this.prepare([specifier], from);
    const file = isRelative(specifier) ? path.resolve(folder, specifier) : undefined;
    if (!file?.endsWith('.mjs')) {
      try {
        return namespaceOf(this.requireFrom(from)(specifier) as Loaded);
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

  /** What a local file finds around it. */
  private around(file: string): Around {
    const require = this.requireFrom(file);
    const plain = require.bind(undefined);
    const orImported = (id: string): unknown => {
      const module = this.imported.get(keyOf(id, file));
      return module ? asCommonJS(module) : plain(id);
    };
    const load: Load = (specifier, options) => this.loadFrom(file, specifier, options);
    return {
      require: Object.assign(orImported, require),
      names: { [runtime.load]: load, [runtime.meta]: metaOf(file) },
    };
  }

  /** Node keeps data files as they were read first. */
  private forgetChanged(require: NodeJS.Require, specifier: string): void {
    const file = require.resolve(specifier);
    const changed = fs.statSync(file).mtimeMs;
    if (this.changes.get(file) !== changed) delete require.cache[file];
    this.changes.set(file, changed);
  }

  private requireFrom(file: string): NodeJS.Require {
    const fallback = Module.createRequire(file);
    const require = (id: string): unknown => {
      if (id === 'tslab') return fallback(path.join(courseModules, 'tslab'));
      const local = this.local.find(path.dirname(file), id);
      if (local) return this.local.exportsOf(local);
      try {
        if (isRelative(id) && id.endsWith('.json')) this.forgetChanged(fallback, id);
        return fallback(id);
      } finally {
        mendTensorFlow();
      }
    };
    return Object.assign(require, fallback);
  }
}

/** A module's name, whoever imports it. */
function keyOf(specifier: string, from: string): string {
  return isRelative(specifier) ? path.resolve(path.dirname(from), specifier) : specifier;
}

/** An ECMAScript module as the JavaScript of a local file takes it. */
function asCommonJS(module: Loaded): Loaded {
  return Object.create(module, { __esModule: { value: true } }) as Loaded;
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
