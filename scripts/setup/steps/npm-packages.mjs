/** The npm packages of package-lock.json, installed with their scripts off. */
import fs from 'node:fs';
import nodePath from 'node:path';
import { npmCommand } from '../../../lib/build-native/npm.mjs';
import { runCommand } from '../command.mjs';
import { SetupFailure, explain } from '../failure.mjs';
import { readJson } from '../../../lib/build-native/stamp.mjs';

const marker = ({ scratch }) => nodePath.join(scratch, 'npm-at-work');

/** What the lock file asks for and node_modules does not hold; npm lists what it installed in a lock file of its own. */
export function missingPackages(root) {
  const wanted = readJson(nodePath.join(root, 'package-lock.json'))?.packages;
  if (!wanted)
    throw new SetupFailure({
      cause: 'package-lock.json is missing or broken',
      cure: 'Run `git checkout package-lock.json`.',
    });
  const installed = readJson(nodePath.join(root, 'node_modules', '.package-lock.json'))?.packages ?? {};
  return Object.entries(wanted)
    .filter(([place]) => place.includes('node_modules/'))
    .filter(([place, { version, integrity, link, optional }]) => {
      const there = fs.existsSync(nodePath.join(root, place, 'package.json'));
      if (link) return !there;
      const entry = installed[place];
      if (!entry) return !optional;
      return !there || entry.version !== version || entry.integrity !== integrity;
    })
    .map(([place]) => place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length));
}

export const npmPackagesStep = {
  name: 'npm packages',
  state(context) {
    if (fs.existsSync(marker(context))) return { done: false, why: 'an installation was interrupted' };
    const missing = missingPackages(context.root);
    if (missing.length === 0) return { done: true };
    const names = missing.slice(0, 3).join(', ');
    return {
      done: false,
      why: `${missing.length} packages are missing or of another version (${names}${missing.length > 3 ? ', ...' : ''})`,
    };
  },
  async run(context) {
    const hasFolder = fs.existsSync(nodePath.join(context.root, 'node_modules', '.package-lock.json'));
    const whole = !hasFolder || fs.existsSync(marker(context));
    fs.mkdirSync(context.scratch, { recursive: true });
    fs.writeFileSync(marker(context), '');
    const [file, ...first] = npmCommand();
    const verb = whole ? ['ci'] : ['install', '--no-save'];
    const cure = 'Run the same command again; if it stays, delete node_modules and see the full log.';
    const flags = ['--include=dev', '--ignore-scripts', '--loglevel=http'];
    const output = await runCommand(context, file, [...first, ...verb, ...flags], { cure });
    // npm ends well also when it could not write some of the files.
    if (/TAR_ENTRY_ERROR|ENOSPC/.test(output) || missingPackages(context.root).length > 0) {
      throw new SetupFailure(explain(output, { cause: 'npm ended well, and yet packages are missing', cure }));
    }
    fs.rmSync(marker(context));
  },
};
