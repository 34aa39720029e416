/** The variables of all cells. */
import { types } from 'node:util';
import type { CellModules } from './modules';

type Module = Record<string, unknown>;

/** Holds what a variable is, or reads it from a module. */
interface Variable {
  value: unknown;
}

export class CellVariables {
  private readonly variables = new Map<string, Variable>();

  constructor(private readonly modules: CellModules) {}

  /** Before a cell runs: its names are new, whatever they were before; those of `kept` hold what they held. */
  declare(names: string[], kept: string[]): void {
    for (const name of names) this.define(name, { value: undefined, writable: true });
    for (const name of kept) this.define(name, { value: this.of(name).value, writable: true });
  }

  /** The variable of that name, which no cell need have declared yet. */
  of(name: string): Variable {
    let variable = this.variables.get(name);
    if (!variable) this.variables.set(name, (variable = { value: undefined }));
    return variable;
  }

  /** Makes names of a module variables that follow the module's; see `runtime.import`. */
  readonly import = (specifier: string, names: Record<string, string>): void => {
    const module = this.modules.forImport(specifier);
    for (const [local, imported] of Object.entries(names)) this.define(local, { get: getter(module, imported) });
  };

  private define(name: string, descriptor: PropertyDescriptor): void {
    Object.defineProperty(this.of(name), 'value', { ...descriptor, enumerable: true, configurable: true });
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
