/** Stacks in the reader's terms: cells and their lines, no frames of the kernel or of Node. */
import path, { normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runtime } from '../compile/surroundings';
import type { Frame } from '../link';
import { toSource } from './positions';

const scriptPrefix = 'cell:';
const kernelFolder = path.resolve(__dirname, '..') + path.sep;
/** Frames inside packages say where an error surfaced; more than a few only hide the reader's own. */
const mostPackageFrames = 4;

const cells = new Map<number, { label: string; map: string }>();
const files = new Map<string, string>();
const prepared = new WeakMap<Error, Frame[]>();

/** The file name that a cell's script runs under. */
export function scriptName(cell: number): string {
  return `${scriptPrefix}${cell}`;
}

/** Makes a cell's lines known to the stacks of later errors. */
export function knowCell(id: number, label: string, map: string): void {
  cells.set(id, { label, map });
}

/** Makes the lines of a local TypeScript file known. */
export function knowFile(path: string, map: string): void {
  files.set(normalize(path), map);
}

/** From now on `error.stack` points at cell lines. */
export function installStacks(): void {
  Error.stackTraceLimit = 50;
  Error.prepareStackTrace = (error, sites) => {
    const frames = sites.flatMap((site) => toFrame(site) ?? []);
    prepared.set(error, frames);
    const lines = frames.map(({ name, where, line, column }) => {
      const place = `${where}:${line}:${column}`;
      return `    at ${name ? `${name} (${place})` : place}`;
    });
    return [headOf(error), ...lines].join('\n');
  };
}

/** The frames of an error, in the reader's terms. */
export function framesOf(error: Error): Frame[] {
  // Reading the stack is what makes the engine prepare it.
  void error.stack;
  return shortened(prepared.get(error) ?? []);
}

function toFrame(site: NodeJS.CallSite): Frame | undefined {
  // Text given to `eval` has no file; the line that gave it is the next frame.
  const file = site.getFileName() ?? '';
  const at = { line: site.getLineNumber() ?? 1, column: site.getColumnNumber() ?? 1 };
  const name = functionName(site);
  if (file.startsWith(scriptPrefix)) {
    const id = Number(file.slice(scriptPrefix.length));
    const cell = cells.get(id);
    const source = cell && toSource(cell.map, at);
    return cell && source ? { name, cell: id, where: cell.label, ...source } : undefined;
  }
  if (!file || file.startsWith('node:') || file.startsWith(kernelFolder)) return undefined;
  const local = files.get(file);
  const source = local && toSource(local, at);
  if (source) return { name, where: shortPath(file), ...source };
  return { name, where: shortPath(pathOf(file)), ...at };
}

function functionName(site: NodeJS.CallSite): string | undefined {
  const plain = readable(site.getFunctionName() ?? '');
  if (!plain || plain === 'eval') return undefined;
  const type = site.isToplevel() || site.isConstructor() ? undefined : site.getTypeName();
  const full = type && type !== 'Object' && type !== 'Proxy' && !plain.includes('.') ? `${type}.${plain}` : plain;
  const isAsync = (site as { isAsync?(): boolean }).isAsync?.();
  return `${site.isConstructor() ? 'new ' : ''}${isAsync ? 'async ' : ''}${full}`;
}

/** The file of an ECMAScript module, which is named by its address. */
function pathOf(file: string): string {
  try {
    return file.startsWith('file:') ? fileURLToPath(file) : file;
  } catch {
    return file; // of another machine, or no address
  }
}

/** From the package's name on; other files relative to the notebook. */
function shortPath(file: string): string {
  const parts = file.split(`${path.sep}node_modules${path.sep}`);
  if (parts.length > 1) return parts[parts.length - 1];
  const library = /[\\/]lib[\\/]dist[\\/](.*)$/.exec(file);
  return library ? `lstm-lab/${library[1]}` : path.relative(process.cwd(), file);
}

function shortened(frames: Frame[]): Frame[] {
  let packageFrames = 0;
  return frames.filter((frame) => frame.cell !== undefined || ++packageFrames <= mostPackageFrames);
}

const mangled = `${runtime.variable.replace('$', '\\$&')}([\\p{ID_Continue}$]+)\\.value`;
const variable = new RegExp(`\\(0 , ${mangled}\\)|${mangled}`, 'gu');

/** JavaScript's own messages name a variable as the script does: `(0 , $cell_f.value) is not a function`. */
export function readable(message: string): string {
  return message.replace(variable, '$1$2');
}

function headOf(error: Error): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return 'Error';
  }
}
