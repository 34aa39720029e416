/** One notebook's compiler: from a cell's text and the cells before it to JavaScript, errors, completions and hover. */
import type ts from 'typescript';
import { completeness, type Completeness } from './completeness';
import { completionsAt, type Completions } from './completions';
import { readable, type Diagnostic } from './diagnostics';
import { EarlierCells } from './earlier-cells';
import { hoverAt } from './hover';
import { Language, type Placed } from './language';
import { compileLocal, localImports, type LocalFile } from './local-files';
import { moduleNameOf } from './module-cells';
import { forgetDisposed, namesOf } from './scope';
import { scriptOf, type Script } from './script';
import type { Surroundings, TypeScript } from './surroundings';

export interface CompiledScript extends Script {
  /** The TypeScript files that it imports, as far as they have changed. */
  files: LocalFile[];
}

export type Compilation = { diagnostics: Diagnostic[] } | { script: CompiledScript; declares(): void };

const noJsx =
  'Cells have no JSX, in which <T> and <div> look alike: write it into a .tsx file beside the notebook, and import that.';
const word = /[\p{ID_Start}$_][\p{ID_Continue}$]*/gu;

export class Compiler {
  private readonly api: TypeScript;
  private readonly language: Language;
  private readonly earlier = new EarlierCells();
  /** The text of each local file as it was when the cells were last given it. */
  private readonly given = new Map<string, string>();

  constructor(private readonly surroundings: Surroundings) {
    this.api = surroundings.typescript;
    this.language = new Language(surroundings);
  }

  /** Compiles a cell. `declares()` makes its names known to later cells. */
  compile(text: string): Compilation {
    const module = moduleNameOf(text);
    if (module) return this.compileModule(module, text);
    const { program, cell, earlier } = this.place(text);
    const wrongSyntax = program.getSyntacticDiagnostics(cell);
    if (wrongSyntax.length > 0) {
      const [first] = wrongSyntax;
      const said = isJsx(this.api, text) ? [{ ...first, messageText: noJsx, code: 17004 }] : wrongSyntax;
      return { diagnostics: this.diagnostics(said, cell) };
    }
    const local = localImports(this.api, program, cell);
    const wrong = [cell, ...local].flatMap((each) => [
      ...program.getSyntacticDiagnostics(each),
      ...program.getSemanticDiagnostics(each),
    ]);
    if (wrong.length > 0) return { diagnostics: this.diagnostics(wrong, cell) };
    const script = { ...scriptOf(this.api, program, cell, earlier), files: this.changed(local) };
    const declares = () => {
      forgetDisposed(this.api, cell);
      const words = new Set(text.match(word));
      this.earlier.add({
        file: cell.fileName,
        text,
        words,
        names: new Set(namesOf(cell)),
        augments: augments(this.api, cell),
      });
    };
    return { script, declares };
  }

  /** Reads the types that a cell with this text would need, ahead of it. */
  warmUp(text: string): void {
    const { program, cell } = this.place(text);
    program.getSemanticDiagnostics(cell);
  }

  complete(text: string, position: number): Completions {
    const { cell } = this.place(text);
    return completionsAt(this.language.service, cell.fileName, text, position);
  }

  /** What an editor shows on hover: the type and the documentation of the name at `position`. */
  inspect(text: string, position: number): string | undefined {
    const { cell } = this.place(text);
    return hoverAt(this.language.service, cell.fileName, position);
  }

  isComplete(text: string): Completeness {
    return completeness(this.api, text);
  }

  private place(text: string): Placed {
    return this.language.place(
      text,
      this.earlier.all.map(({ file }) => file),
    );
  }

  private compileModule(name: string, text: string): Compilation {
    const file = this.language.addModule(`${name}.ts`, text);
    const { program, cell } = this.place('');
    const source = program.getSourceFile(file)!;
    const wrong = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    if (wrong.length > 0) return { diagnostics: this.diagnostics(wrong, source) };
    const script = { ...scriptOf(this.api, program, cell, []), files: [] };
    return { script, declares: () => undefined };
  }

  private changed(local: ts.SourceFile[]): LocalFile[] {
    const changed = local.filter(({ fileName, text }) => this.given.get(fileName) !== text);
    for (const { fileName, text } of changed) this.given.set(fileName, text);
    return changed.map((file) => compileLocal(this.api, file));
  }

  private diagnostics(found: ts.Diagnostic[] | readonly ts.Diagnostic[], cell: ts.SourceFile): Diagnostic[] {
    const { folder } = this.surroundings;
    return readable(this.surroundings, found, (file) => {
      if (file === cell) return undefined;
      return file.fileName.startsWith(`${folder}/`) ? file.fileName.slice(folder.length + 1) : file.fileName;
    });
  }
}

function augments(api: TypeScript, cell: ts.SourceFile): boolean {
  return cell.statements.some(
    (statement) =>
      api.isModuleDeclaration(statement) &&
      (api.isStringLiteral(statement.name) || (statement.flags & api.NodeFlags.GlobalAugmentation) !== 0),
  );
}

/** Whether text that is no TypeScript is TypeScript with JSX. */
function isJsx(api: TypeScript, text: string): boolean {
  const file = api.createSourceFile('cell.tsx', text, api.ScriptTarget.Latest, false, api.ScriptKind.TSX);
  return (file as unknown as { parseDiagnostics: unknown[] }).parseDiagnostics.length === 0;
}
