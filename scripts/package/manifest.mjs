/**
 * The two forms of lib/package.json. In the repository the library's root is `dist/index`, with the rooms of the course; the package's is
 * `dist/library`, without them.
 */
import fs from 'node:fs';
import path from 'node:path';
import { writeJson } from '../../lib/build-native/stamp.mjs';

const manifestOf = (root) => path.join(root, 'lib', 'package.json');
const textOf = (root) => fs.readFileSync(manifestOf(root), 'utf8');
const forPackage = (text) => text.replaceAll('dist/index.', 'dist/library.');
const forRepository = (text) => text.replaceAll('dist/library.', 'dist/index.');

/** The package's, without scripts: they belong to the repository. */
export function packageManifest(root) {
  const { scripts: _, ...manifest } = JSON.parse(forPackage(textOf(root)));
  return manifest;
}

/** Whether lib/package.json itself has the package's form: npm packs that folder now, or was interrupted. */
export const showsPackage = (root) => forRepository(textOf(root)) !== textOf(root);

/** Gives lib/package.json the package's form, for as long as npm packs that folder. */
export const showPackage = (root) => writeJson(manifestOf(root), JSON.parse(forPackage(textOf(root))));

/** Gives it the repository's form back. */
export const showRepository = (root) => writeJson(manifestOf(root), JSON.parse(forRepository(textOf(root))));
