/**
 * The two forms of lib/package.json. In the repository the library's root is `dist/index`, with the rooms of the course; the package's is
 * `dist/library`, without them. A plain `npm pack -w lib`, for which `.npmrc` keeps npm from running scripts, packs the first, which is whole too.
 */
import fs from 'node:fs';
import path from 'node:path';
import { writeJson } from '../../lib/build-native/stamp.mjs';

const manifestOf = (root) => path.join(root, 'lib', 'package.json');
const textOf = (root) => fs.readFileSync(manifestOf(root), 'utf8');

const forms = {
  repository: { root: 'dist/index.', without: ['!dist/course/exercises'] },
  package: { root: 'dist/library.', without: ['!dist/course', '!dist/index*'] },
};

function inForm(name, root) {
  const { repository, package: published } = forms;
  const manifest = JSON.parse(textOf(root).replaceAll(/dist\/(index|library)\./g, forms[name].root));
  const without = [...repository.without, ...published.without];
  const files = manifest.files.filter((file) => !without.includes(file));
  return { ...manifest, files: [...files, ...forms[name].without] };
}

/** The package's, without scripts: they belong to the repository. */
export function packageManifest(root) {
  const { scripts: _, ...manifest } = inForm('package', root);
  return manifest;
}

/** Whether lib/package.json itself has the package's form: npm packs that folder now, or was interrupted. */
export const showsPackage = (root) => textOf(root).includes(forms.package.root);

/** Gives lib/package.json the package's form, for as long as npm packs that folder. */
export const showPackage = (root) => writeJson(manifestOf(root), inForm('package', root));

/** Gives it the repository's form back. */
export const showRepository = (root) => writeJson(manifestOf(root), inForm('repository', root));
