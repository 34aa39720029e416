/** What the compiler is given: TypeScript itself and the files around the cells. It knows of no Node, no Jupyter and no page. */
import type ts from 'typescript';

export type TypeScript = typeof ts;

/** Files as the compiler reads them; names are absolute, with `/`. */
export interface Files {
  readFile(name: string): string | undefined;
  fileExists(name: string): boolean;
  /** Changes when the file does. */
  version(name: string): string;
  directoryExists(name: string): boolean;
  getDirectories(name: string): string[];
  readDirectory: typeof ts.sys.readDirectory;
  realpath?(name: string): string;
}

export interface Surroundings {
  typescript: TypeScript;
  /** Where relative imports of cells start. */
  folder: string;
  /** A folder whose packages cells may import where their own has none of that name. */
  packages: string;
  /** The folder of TypeScript's `lib.*.d.ts`. */
  libraryFolder: string;
  files: Files;
  /** Files that declare what cells find around them, beyond `types`. */
  declarations: string[];
  /** What to do about an error that these surroundings are the reason of: a sentence. */
  advice(error: { code: number; message: string }): string | undefined;
  /** What differs from place to place: `lib`, `types`, `typeRoots`. */
  options: Pick<ts.CompilerOptions, 'lib' | 'types' | 'typeRoots'>;
}

/** Names that a cell's JavaScript finds around it: parameters of the function that its script becomes the body of. */
export const runtime = {
  /** Before the name of a variable: the object whose `value` it is. */
  variable: '$cell_',
  /** `$import(specifier, { local: 'imported' | '*' | '=' })` loads a module and makes its names variables of all cells. */
  import: '$import',
  /** What `import(specifier)` calls. */
  load: '$load',
  /** What `import.meta` reads. */
  meta: '$meta',
  /** The interrupt flag: not 0 while a cell is to stop. */
  flag: '$interrupt',
  /** What a loop calls when the flag is set. */
  stop: '$stop',
} as const;
