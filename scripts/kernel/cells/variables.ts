/** The variables of all cells: one object, a property each. */
import { types } from 'node:util';
import type { CellModules } from './modules';

type Module = Record<string, unknown>;

export class CellVariables {
  readonly values: Record<string, unknown> = {};

  constructor(private readonly modules: CellModules) {}

  /** Before a cell runs: its names are new, whatever they were before. */
  declare(names: string[]): void {
    for (const name of names) this.define(name, { value: undefined, writable: true });
  }

  /** Makes names of a module variables that follow the module's; see `runtime.import`. */
  readonly import = (specifier: string, names: Record<string, string>): void => {
    const module = this.modules.forImport(specifier);
    for (const [local, imported] of Object.entries(names)) this.define(local, { get: getter(module, imported) });
  };

  private define(name: string, descriptor: PropertyDescriptor): void {
    Object.defineProperty(this.values, name, { ...descriptor, enumerable: true, configurable: true });
  }
}

function getter(module: Module, imported: string): () => unknown {
  if (imported === '=') return () => module;
  if (imported === '*') {
    const all = namespaceOf(module);
    return () => all;
  }
  if (imported === 'default' && !isESModule(module)) return () => module;
  return () => module[imported];
}

const namespaces = new WeakMap<Module, Module>();

/** What `import * as` gives: of a CommonJS module its properties, and itself as `default`. */
export function namespaceOf(module: Module): Module {
  if (isESModule(module)) return module;
  if ((typeof module !== 'object' && typeof module !== 'function') || module === null) return { default: module };
  let namespace = namespaces.get(module);
  if (!namespace) {
    namespace = {};
    for (const name of Object.getOwnPropertyNames(module))
      Object.defineProperty(namespace, name, { enumerable: true, get: () => module[name] });
    Object.defineProperty(namespace, 'default', { enumerable: true, value: module });
    namespaces.set(module, namespace);
  }
  return namespace;
}

function isESModule(module: Module): boolean {
  return types.isModuleNamespaceObject(module) || Boolean(module?.__esModule);
}
