/** Cells from TypeScript to JavaScript, with completions and hover: tslab's converter, which knows the earlier cells' names. */
import fs from 'node:fs';
import path from 'node:path';
import { completeness, type Completeness } from './completeness';
import { cellMaps, importedMaps, parser } from './typescript';
import { createConverter, type Diagnostic } from 'tslab/dist/converter';
import { printQuickInfo } from 'tslab/dist/inspect';
import { getCodeMetadata } from 'tslab/dist/metadata';
import type { CompiledCell } from '../link';
import type { PositionMaps } from './positions';

export type Compilation =
  | { diagnostics: Diagnostic[] }
  | { cell: Omit<CompiledCell, 'id' | 'label'>; declares(): void };

export interface Completions {
  start: number;
  end: number;
  matches: string[];
}

/** One notebook's compiler. The working directory at its creation is where relative imports start. */
export class Compiler {
  private readonly converter = createConverter({ isJS: false, isBrowser: false });
  private declarations = '';

  /** Compiles a cell. After it has run, `declares()` makes its names known to later cells. */
  compile(code: string): Compilation {
    const meta = getCodeMetadata(code);
    if (meta.module) {
      const diagnostics = this.converter.addModule(meta.module, code, meta);
      if (diagnostics.length > 0) return { diagnostics };
      return { cell: { script: '', hasTopLevelAwait: false, sideOutputs: [] }, declares: () => undefined };
    }
    const converted = this.converter.convert(this.declarations, code);
    if (converted.diagnostics.length > 0) return { diagnostics: converted.diagnostics };
    return {
      cell: {
        script: converted.output ?? '',
        hasTopLevelAwait: converted.hasToplevelAwait ?? false,
        lastExpression: converted.lastExpressionVar,
        sideOutputs: (converted.sideOutputs ?? []).map((output) => ({ ...output, positions: ofImported(output.path) })),
        positions: { maps: cellMaps(), linesBefore: 1 },
      },
      declares: () => (this.declarations = converted.declOutput ?? ''),
    };
  }

  /** Reads the library's types ahead of the first cell, which nearly always imports them. */
  warmUp(): void {
    this.converter.convert('', "import { tf } from 'lstm-lab';");
  }

  complete(code: string, position: number): Completions {
    const { start, end, candidates } = this.converter.complete(this.declarations, code, position);
    return { start, end, matches: candidates };
  }

  /** What an editor shows on hover: the type and the documentation of the name at `position`. */
  inspect(code: string, position: number): string | undefined {
    const info = this.converter.inspect(this.declarations, code, position);
    return info && printQuickInfo(info);
  }

  isComplete(code: string): Completeness {
    return completeness(parser, code);
  }

  close(): void {
    this.converter.close();
  }
}

/** A file on the disk has its lines where its author put them; a module written in a cell has one more in front. */
function ofImported(file: string): PositionMaps {
  const onDisk = ['.ts', '.tsx', '.js'].some((extension) => fs.existsSync(file.replace(/\.js$/, extension)));
  return { maps: importedMaps(path.relative(process.cwd(), file)), linesBefore: onDisk ? 0 : 1 };
}
