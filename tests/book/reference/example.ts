/** An example of a doc comment: what it says it prints, what it prints, and whether it compiles. */
import path from 'node:path';
import { format } from 'node:util';
import ts from 'typescript';
import * as lab from '../../../lib/library';
import * as serve from '../../../lib/serve';
import * as formats from '../../../lib/export';
import { importOf, type Room } from '../../../scripts/book/reference/rooms';

const root = path.resolve(__dirname, '../../..');
/** What `importOf` takes. */
const names: Record<string, unknown> = { ...lab, ...formats, ...serve };

/** The texts that an example says it prints, one for each `console.log(…); // text`; a comment goes on in the lines after it. */
export function said(example: string): (string | undefined)[] {
  const [, ...statements] = example.split(/^[ \t]*console\.log\(/m);
  return statements.map((statement) => {
    const [, text] = /\);[ \t]*(?:\/\/ ?(.*(?:\n[ \t]*\/\/.*)*))?(?:\n|$)/.exec(statement) ?? [];
    return text && oneLine(text.replace(/\n[ \t]*\/\//g, ' '));
  });
}

/** An example as the module that its reader would write, with the lines that it does not say again. */
function moduleOf(example: string, imports = ''): string {
  const [, own, rest] = /^((?:import .*\n)*)([\s\S]*)$/.exec(example)!;
  return `${imports}\n${own}export const example = async () => {\n${rest}\n};\n`;
}

/** Runs an example and gives the texts that it prints. */
export async function printed(example: string): Promise<string[]> {
  const { outputText } = ts.transpileModule(moduleOf(example), {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS, esModuleInterop: true },
  });
  const lines: string[] = [];
  const console = { log: (...values: unknown[]) => lines.push(oneLine(format(...values))) };
  const exports: { example?: () => Promise<void> } = {};
  const given = { ...names, console, require, exports };
  new Function(...Object.keys(given), outputText)(...Object.values(given));
  await exports.example!();
  return lines;
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** What TypeScript objects to in the examples of a room, each beginning with the room's import. */
export function complaints(rooms: Room[]): string[] {
  const files = new Map(
    rooms.flatMap((room) =>
      room.entries.flatMap(({ name, examples }) =>
        examples.map((example, k): [string, string] => [
          path.join(root, 'tests/book', `${room.name}.${name}-${k}.ts`),
          moduleOf(example, importOf(room, rooms)),
        ]),
      ),
    ),
  );
  const { config } = ts.readConfigFile(path.join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const paths = { 'lstm-lab': ['lib/library.ts'], 'lstm-lab/*': ['lib/*/index.ts'] };
  const host = ts.createCompilerHost({ ...options, paths, baseUrl: root });
  const { readFile, fileExists, getSourceFile } = host;
  host.readFile = (file) => files.get(file) ?? readFile(file);
  host.fileExists = (file) => files.has(file) || fileExists(file);
  host.getSourceFile = (file, version, ...rest) =>
    files.has(file) ? ts.createSourceFile(file, files.get(file)!, version) : getSourceFile(file, version, ...rest);
  const unused = { noUnusedLocals: false, noUnusedParameters: false };
  const program = ts.createProgram([...files.keys()], { ...options, ...unused, paths, baseUrl: root }, host);
  return [...files.keys()].flatMap((file) =>
    [
      ...program.getSyntacticDiagnostics(program.getSourceFile(file)),
      ...program.getSemanticDiagnostics(program.getSourceFile(file)),
    ].map(({ messageText }) => `${path.basename(file, '.ts')}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`),
  );
}
