/** Compiles and runs cells in this process, without a kernel. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { addCoursePackages } from '../../scripts/kernel/cells/modules';
import { Scope } from '../../scripts/kernel/cells/scope';
import { Compiler } from '../../scripts/kernel/compile/compiler';
import { nodeSurroundings } from '../../scripts/kernel/node-surroundings';

addCoursePackages();

/** A notebook in a folder of its own. */
export class Cells {
  readonly folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'lstm-lab-cells-')));
  readonly compiler = new Compiler(nodeSurroundings(this.folder));
  private readonly scope = new Scope(this.folder, [0], () => undefined);

  /** Runs cells one after the other; gives the value of the last. */
  async run(...cells: string[]): Promise<unknown> {
    let value: unknown;
    for (const text of cells) {
      const compilation = this.compiler.compile(text);
      if ('diagnostics' in compilation)
        throw new Error(compilation.diagnostics.map(({ messageText }) => messageText).join('\n'));
      compilation.declares();
      await this.scope.prepare(compilation.script);
      value = (await this.scope.run(compilation.script, 'cell'))?.[0];
    }
    return value;
  }

  /** What TypeScript says of a cell, as `line:column message`, from 1. */
  errors(cell: string): string[] {
    const compilation = this.compiler.compile(cell);
    if (!('diagnostics' in compilation)) return [];
    return compilation.diagnostics.map(
      ({ start, messageText }) => `${start.line + 1}:${start.character + 1} ${messageText}`,
    );
  }

  write(name: string, text: string): void {
    fs.writeFileSync(path.join(this.folder, name), text);
  }

  remove(): void {
    fs.rmSync(this.folder, { recursive: true });
  }
}
