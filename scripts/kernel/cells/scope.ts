/** What a cell's code finds around it: the variables of earlier cells, and `require` from the notebook's folder. */
import Module from 'node:module';
import path from 'node:path';
import { mendTensorFlow } from './tensorflow';

const courseModules = path.resolve(__dirname, '../../../../node_modules');

/** Variables of all cells so far. TypeScript's output assigns to it, and defines getters for imports. */
export function createExports(): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  return new Proxy(values, {
    defineProperty(_, name, descriptor) {
      // Imported names stay assignable by later cells.
      if (name !== '__esModule') values[name as string] = descriptor.get ? descriptor.get() : descriptor.value;
      return true;
    },
  });
}

/** Loads modules for cells: compiled local files first, then packages from the notebook's folder, then the course's. */
export class CellRequire {
  private readonly sources = new Map<string, string>();
  private readonly loaded = new Map<string, Module>();
  private readonly fromNotebook = Module.createRequire(path.join(process.cwd(), 'notebook.js'));

  /** Takes the JavaScript of local TypeScript files; a changed file is loaded anew. */
  update(outputs: { path: string; data: string }[]): void {
    for (const { path: file, data } of outputs) {
      this.loaded.delete(file);
      this.sources.set(file, data);
    }
  }

  readonly require = (id: string): unknown => this.load(id, process.cwd(), this.fromNotebook);

  private load(id: string, folder: string, fallback: (id: string) => unknown): unknown {
    if (id === 'tslab') return require('tslab');
    const local = this.local(path.resolve(folder, path.extname(id) ? id : `${id}.js`));
    if (local) return local.exports;
    try {
      return fallback(id);
    } finally {
      mendTensorFlow();
    }
  }

  private local(file: string): Module | undefined {
    const source = this.sources.get(file);
    if (source === undefined) return undefined;
    const known = this.loaded.get(file);
    if (known) return known;
    const fresh = new Module(file) as Module & { _compile(source: string, file: string): void };
    fresh.filename = file;
    fresh.paths = (Module as unknown as { _nodeModulePaths(folder: string): string[] })._nodeModulePaths(
      path.dirname(file),
    );
    const plain = fresh.require.bind(fresh);
    fresh.require = ((id: string) => this.load(id, path.dirname(file), plain)) as NodeJS.Require;
    this.loaded.set(file, fresh);
    fresh._compile(source, file);
    return fresh;
  }
}

/** Lets cells of a notebook anywhere on the disk import the course's packages. */
export function addCoursePackages(): void {
  process.env.NODE_PATH = [process.env.NODE_PATH, courseModules].filter(Boolean).join(path.delimiter);
  (Module as unknown as { _initPaths(): void })._initPaths();
}
