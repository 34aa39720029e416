/** TypeScript's language service over the cells of a notebook and the files that they import. */
import type ts from 'typescript';
import { nest } from './scope';
import { isRelative } from './specifiers';
import type { Surroundings } from './surroundings';

/** Adding a file makes the compiler look at all files again, changing one does not: files for cells are made in such numbers. */
const filesAtOnce = 50;

interface Text {
  text: string;
  version: number;
}

/** A cell in a program, behind the cells before it. */
export interface Placed {
  program: ts.Program;
  cell: ts.SourceFile;
  earlier: ts.SourceFile[];
}

export class Language {
  readonly service: ts.LanguageService;
  /** Cells, and modules written in cells, by the name of their file. */
  private readonly texts = new Map<string, Text>();
  private readonly cells: string[] = [];
  private readonly snapshots = new Map<string, { version: string; snapshot: ts.IScriptSnapshot }>();
  private readonly options: ts.CompilerOptions;
  private changes = 0;

  constructor(private readonly surroundings: Surroundings) {
    this.options = optionsFor(surroundings);
    this.service = surroundings.typescript.createLanguageService(this.host());
  }

  /** Puts a cell behind those in the files `earlier`; the file that it gets is its own as long as later cells are put behind it. */
  place(text: string, earlier: readonly string[]): Placed {
    const free = this.cells.filter((file) => !earlier.includes(file));
    if (free.length === 0) free.push(...this.makeFiles());
    const [own, ...others] = free;
    this.write(own, text);
    for (const file of others) this.write(file, '');
    const program = this.service.getProgram()!;
    const files = [...earlier, own].map((file) => program.getSourceFile(file)!);
    files.forEach((file, at) => nest(file, files[at - 1]));
    return { program, cell: files.at(-1)!, earlier: files.slice(0, -1) };
  }

  /** Adds a module that cells may import, or changes it; returns its file. */
  addModule(name: string, text: string): string {
    const file = `${this.surroundings.folder}/${name}`;
    this.write(file, text);
    return file;
  }

  private makeFiles(): string[] {
    const first = this.cells.length + 1;
    const made = Array.from({ length: filesAtOnce }, (_, k) => `${this.surroundings.folder}/[cell ${first + k}].ts`);
    this.cells.push(...made);
    for (const file of made) this.write(file, '');
    return made;
  }

  private write(file: string, text: string): void {
    if (this.texts.get(file)?.text === text) return;
    this.texts.set(file, { text, version: ++this.changes });
  }

  private host(): ts.LanguageServiceHost {
    const { typescript: api, files, folder, packages, libraryFolder, declarations } = this.surroundings;
    const fileExists = (name: string) => this.texts.has(name) || files.fileExists(name);
    const readFile = (name: string) => this.texts.get(name)?.text ?? files.readFile(name);
    const version = (name: string) => this.texts.get(name)?.version.toString() ?? files.version(name);
    const resolutions = api.createModuleResolutionCache(folder, (name) => name, this.options);
    const resolutionHost = { ...files, fileExists, readFile };
    return {
      ...files,
      fileExists,
      readFile,
      getCompilationSettings: () => this.options,
      getCurrentDirectory: () => folder,
      getDefaultLibFileName: () => `${libraryFolder}/lib.d.ts`,
      useCaseSensitiveFileNames: () => true,
      getScriptFileNames: () => [...declarations, ...this.texts.keys()],
      getScriptVersion: version,
      getScriptSnapshot: (name) => {
        const current = version(name);
        const known = this.snapshots.get(name);
        if (known?.version === current) return known.snapshot;
        const text = readFile(name);
        if (text === undefined) return undefined;
        const snapshot = api.ScriptSnapshot.fromString(text);
        this.snapshots.set(name, { version: current, snapshot });
        return snapshot;
      },
      resolveModuleNameLiterals: (literals, containing, redirected, options) => {
        // What a package imports stays; what a cell did not find may be there the next time.
        const cache = containing.includes('/node_modules/') ? resolutions : undefined;
        const resolve = (text: string, from: string) =>
          api.resolveModuleName(text, from, options, resolutionHost, cache, redirected);
        return literals.map(({ text }) => {
          const own = resolve(text, containing);
          return own.resolvedModule || isRelative(text) ? own : resolve(text, `${packages}/cell.ts`);
        });
      },
    };
  }
}

/** Cells are modules with imports of any kind, run as CommonJS; types are checked as loosely as Jupyter's readers are used to. */
function optionsFor({ typescript: api, options }: Surroundings): ts.CompilerOptions {
  return {
    ...options,
    target: api.ScriptTarget.ES2022,
    module: api.ModuleKind.Preserve,
    moduleDetection: api.ModuleDetectionKind.Force,
    moduleResolution: api.ModuleResolutionKind.Bundler,
    allowImportingTsExtensions: true,
    allowJs: true,
    esModuleInterop: true,
    jsx: api.JsxEmit.React,
    preserveConstEnums: true,
    resolveJsonModule: true,
    skipLibCheck: true,
    sourceMap: true,
    removeComments: true,
    newLine: api.NewLineKind.LineFeed,
    outDir: '/compiled',
  };
}
