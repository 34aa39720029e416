/** TypeScript files beside the notebook, and modules written in cells: compiled by the kernel, loaded here. */
import Module from 'node:module';
import nodePath from 'node:path';
import vm from 'node:vm';
import type { LocalFile } from '../compile/local-files';
import { isRelative } from '../compile/specifiers';

const extensions = ['', '.ts', '.tsx', '.mts', '.cts', '.js', '/index.ts', '/index.tsx', '/index.js'];

/** What a file finds around it, beside the names of a script of Node. */
export interface Around {
  require: NodeJS.Require;
  names: Record<string, unknown>;
}

export class LocalModules {
  private readonly files = new Map<string, LocalFile>();
  private readonly loaded = new Map<string, Module>();

  constructor(
    private readonly around: (file: string) => Around,
    private readonly path: nodePath.PlatformPath = nodePath,
  ) {}

  /** Takes the JavaScript of files; a changed file is loaded anew, and so are those that may use it. */
  update(files: LocalFile[]): void {
    if (files.length > 0) this.loaded.clear();
    // The compiler writes paths with slashes, on Windows too.
    for (const file of files) this.files.set(this.path.normalize(file.path), file);
  }

  /** The file that a relative specifier in `folder` names. */
  find(folder: string, specifier: string): string | undefined {
    if (!isRelative(specifier)) return undefined;
    const name = this.path.resolve(folder, specifier);
    const candidates = [
      ...extensions.map((extension) => this.path.normalize(name + extension)),
      name.replace(/\.([cm]?)js$/, '.$1ts'),
    ];
    return candidates.find((candidate) => this.files.has(candidate));
  }

  /** What a file's `import` statements name. */
  importsOf(file: string): string[] {
    return this.files.get(file)!.imports;
  }

  /** Runs a file that awaits at its top level, if that has not been done. */
  async wait(file: string): Promise<void> {
    if (!this.files.get(file)!.isAsync || this.loaded.has(file)) return;
    const fresh = this.create(file);
    try {
      await (this.run(file, fresh) as Promise<void>);
    } catch (error) {
      this.loaded.delete(file);
      throw error;
    }
  }

  /** What a file exports; throws when it can only be imported. */
  exportsOf(file: string): unknown {
    const known = this.loaded.get(file);
    if (known) return known.exports;
    if (this.files.get(file)!.isAsync)
      throw new Error(`${this.path.basename(file)} awaits at its top level: import it, require() cannot wait.`);
    const fresh = this.create(file);
    try {
      this.run(file, fresh);
    } catch (error) {
      this.loaded.delete(file);
      throw error;
    }
    return fresh.exports;
  }

  private create(file: string): Module {
    const fresh = new Module(file);
    fresh.filename = file;
    this.loaded.set(file, fresh);
    return fresh;
  }

  private run(file: string, module: Module): unknown {
    const { code, isAsync } = this.files.get(file)!;
    const { require, names } = this.around(file);
    module.require = require;
    const script = { require, module, exports: module.exports as object };
    const found = { ...script, __filename: file, __dirname: this.path.dirname(file), ...names };
    const head = `(${isAsync ? 'async ' : ''}function (${Object.keys(found).join(', ')}) {`;
    const body = vm.runInThisContext(`${head}${code}\n})`, { filename: file, columnOffset: -head.length });
    return (body as (...all: unknown[]) => unknown).apply(module.exports, Object.values(found));
  }
}
