/** The variables of all cells. */
import { types } from 'node:util';
import type { CellModules } from './modules';

type Module = Record<string, unknown>;

/** What a variable is, in a property of its own once it is assigned. Until then it is read from a module, or cannot be read. */
class Variable {
  /** Reads it from the module that it is imported from. */
  read: (() => unknown) | undefined = undefined;

  constructor(private readonly name: string) {}

  get value(): unknown {
    if (this.read) return this.read();
    throw new ReferenceError(`Cannot access '${this.name}' before initialization`);
  }

  set value(value: unknown) {
    Object.defineProperty(this, 'value', { value, writable: true, enumerable: true, configurable: true });
  }

  get isAssigned(): boolean {
    return Object.hasOwn(this, 'value');
  }
}

export class CellVariables {
  private readonly variables = new Map<string, Variable>();

  constructor(private readonly modules: CellModules) {}

  /** Before a cell runs: its names are new, whatever they were before; those of `kept` hold what they held. */
  declare(names: string[], kept: string[]): void {
    for (const variable of kept.map((name) => this.of(name)))
      if (!variable.isAssigned) variable.value = variable.read?.();
    for (const variable of [...names, ...kept].map((name) => this.of(name))) variable.read = undefined;
    for (const variable of names.map((name) => this.of(name))) if (variable.isAssigned) variable.value = undefined;
  }

  /** The variable of that name, which no cell need have declared yet. */
  of(name: string): Variable {
    let variable = this.variables.get(name);
    if (!variable) this.variables.set(name, (variable = new Variable(name)));
    return variable;
  }

  /** Makes names of a module variables that follow the module's; see `runtime.import`. */
  readonly import = (specifier: string, names: Record<string, string>): void => {
    const module = this.modules.forImport(specifier);
    for (const [local, imported] of Object.entries(names)) {
      const variable = this.of(local);
      variable.read = getter(module, imported);
      if (variable.isAssigned) delete (variable as { value?: unknown }).value;
    }
  };
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
