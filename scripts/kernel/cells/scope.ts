/** What a cell's JavaScript finds around it, and its run in there. */
import vm from 'node:vm';
import type { CompiledScript } from '../compile/compiler';
import { runtime } from '../compile/surroundings';
import { CellModules } from './modules';
import { CellVariables } from './variables';

export class Scope {
  readonly modules: CellModules;
  private readonly variables: CellVariables;
  private readonly around: Record<string, unknown>;
  private readonly key = Symbol.for(`lstm-lab.kernel.scope.${Math.random()}`);

  /** For cells of a notebook in `folder`; loops call `stop` when `flags[0]` is not 0. */
  constructor(folder: string, flags: ArrayLike<number>, stop: () => void) {
    this.modules = new CellModules(folder);
    this.variables = new CellVariables(this.modules);
    this.around = {
      [runtime.variables]: this.variables.values,
      [runtime.import]: this.variables.import,
      [runtime.load]: this.modules.load,
      [runtime.meta]: this.modules.meta,
      [runtime.flag]: flags,
      [runtime.stop]: stop,
      ...this.modules.commonJS,
    };
    // Only a script's own run can be broken off by a signal, so the script itself calls the function, with what it finds here.
    (globalThis as Record<symbol, unknown>)[this.key] = Object.values(this.around);
  }

  /** Makes the cell's variables new, and loads what it imports. */
  async prepare({ files, variables, imports }: CompiledScript): Promise<void> {
    this.modules.update(files);
    this.variables.declare(variables);
    await this.modules.prepare(imports);
  }

  /** Runs a cell; `[value]` when it ends with an expression. */
  async run({ code, isAsync }: CompiledScript, filename: string): Promise<[value: unknown] | undefined> {
    const head = `(${isAsync ? 'async ' : ''}function (${Object.keys(this.around).join(', ')}) { "use strict"; `;
    const tail = `\n})(...globalThis[Symbol.for(${JSON.stringify(this.key.description)})])`;
    const script = new vm.Script(head + code + tail, { filename, columnOffset: -head.length });
    return (await script.runInThisContext({ breakOnSigint: true, displayErrors: false })) as [unknown] | undefined;
  }
}
