/** The project's own Python environment. */
import fs from 'node:fs';
import nodePath from 'node:path';
import { packagesIn, pythonIn } from '../../lib/build-native/python.mjs';
import { normalized } from './requirements.mjs';

/**
 * The interpreter of the project's own environment.
 * @param {string} root
 * @param {Parameters<typeof pythonIn>[1]} [on]
 */
export const venvPython = (root, on = {}) => pythonIn((on.path ?? nodePath).join(root, '.venv'), on);

/** The folder of the environment's packages; undefined while there is none. */
const sitePackages = (root) => packagesIn(nodePath.join(root, '.venv'));

/**
 * The packages of the environment with their versions. An installer writes a package's RECORD last: one without it is not whole.
 * @returns {Map<string, string>}
 */
export function installedPackages(root) {
  const site = sitePackages(root);
  const whole = (site ? fs.readdirSync(site) : []).flatMap((entry) => {
    const [, name, version] = /^(.+?)-(\d[^-]*)\.dist-info$/.exec(entry) ?? [];
    return name && fs.existsSync(nodePath.join(site, entry, 'RECORD')) ? [[normalized(name), version]] : [];
  });
  return new Map(whole);
}
