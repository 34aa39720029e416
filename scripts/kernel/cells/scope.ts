/** What a cell's JavaScript finds around it, and its run in there. */
import vm from 'node:vm';
import type { CompiledScript } from '../compile/compiler';
import { runtime } from '../compile/surroundings';
import { CellModules } from './modules';
import { CellVariables } from './variables';

export class Scope {
  readonly modules: CellModules;
  private readonly variables: CellVariables;
  private readonly around: Readonly<Record<string, unknown>>;
  private readonly key = Symbol.for(`lstm-lab.kernel.scope.${Math.random()}`);

  /** For cells of a notebook in `folder`; loops call `stop` when `flags[0]` is not 0. */
  constructor(folder: string, flags: ArrayLike<number>, stop: () => void) {
    this.modules = new CellModules(folder);
    this.variables = new CellVariables(this.modules);
    this.around = {
      [runtime.import]: this.variables.import,
      [runtime.load]: this.modules.load,
      [runtime.meta]: this.modules.meta,
      [runtime.flag]: flags,
      [runtime.stop]: stop,
      ...this.modules.commonJS,
    };
  }

  /** Makes the cell's variables new, and loads what it imports. */
  async prepare({ files, variables, kept, imports }: CompiledScript): Promise<void> {
    this.modules.update(files);
    this.variables.declare(variables, kept);
    await this.modules.prepare(imports);
  }

  /** Runs a cell; `[value]` when it ends with an expression. */
  async run({ code, isAsync, used }: CompiledScript, filename: string): Promise<[value: unknown] | undefined> {
    const variables = used.map((name) => [runtime.variable + name, this.variables.of(name)] as const);
    const found = new Map([...Object.entries(this.around), ...variables]);
    // Only a script's own run can be broken off by a signal, so the script itself calls the function, with what it finds here.
    (globalThis as Record<symbol, unknown>)[this.key] = [...found.values()];
    const head = `(${isAsync ? 'async ' : ''}function (${[...found.keys()].join(', ')}) { "use strict"; `;
    const tail = `\n})(...globalThis[Symbol.for(${JSON.stringify(this.key.description)})])`;
    const script = new vm.Script(head + code + tail, { filename, columnOffset: -head.length });
    return (await script.runInThisContext({ breakOnSigint: true, displayErrors: false })) as [unknown] | undefined;
  }
}
