/** The files of a page: there are none, and a sentence says so. */
import type * as node from '../files';

function refuse(file: string): never {
  throw new Error(
    `"${file}" cannot be read or written: a page has no files. A model is saved there with model.save('indexeddb://NAME') or model.save('downloads://NAME').`,
  );
}

export const replaceFile: typeof node.replaceFile = refuse;
export const makeFolder: typeof node.makeFolder = refuse;
export const appendToFile: typeof node.appendToFile = refuse;
export const readFile: typeof node.readFile = refuse;
export const removeFile: typeof node.removeFile = refuse;
export const readBuffer: typeof node.readBuffer = refuse;
export const filesIn: typeof node.filesIn = refuse;
export const isThere: typeof node.isThere = refuse;
export const fileInside: typeof node.fileInside = refuse;
