/**
 * `npm run pack [-- FLAGS OF npm pack]`: copies what the package holds, gives the copy the package's manifest, and packs the copy. Whoever
 * computes with the repository meanwhile finds it as it is.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { npmCommand } from '../../lib/build-native/npm.mjs';
import { writeJson } from '../../lib/build-native/stamp.mjs';
import { removeFolder } from '../../lib/system.js';
import { acquireLock } from '../setup/lock.mjs';
import { withLibrary } from './build.mjs';
import { packageManifest } from './manifest.mjs';

/** Files that npm packs without being asked. */
const ALWAYS = ['README.md', 'LICENSE'];

await withLibrary(async (root, buildBrowser) => {
  const copy = path.join(root, '.cache', 'package');
  const release = await acquireLock(`${copy}.lock`, ({ pid }) =>
    process.stderr.write(`Process ${pid} is packing: waiting for it.\n`),
  );
  try {
    removeFolder(copy); // of a pack that was interrupted
    const manifest = packageManifest(root);
    const parts = manifest.files.filter((name) => !/^!|^browser/.test(name)).map((name) => name.split('/')[0]);
    for (const part of new Set([...ALWAYS, ...parts]))
      fs.cpSync(path.join(root, 'lib', part), path.join(copy, part), { recursive: true });
    await buildBrowser(path.join(copy, 'browser', 'dist'));
    writeJson(path.join(copy, 'package.json'), manifest);
    const [npm, ...first] = npmCommand();
    const { status } = spawnSync(npm, [...first, 'pack', copy, ...process.argv.slice(2)], {
      cwd: root,
      stdio: 'inherit',
    });
    process.exitCode = status ?? 1;
  } finally {
    removeFolder(copy);
    release();
  }
});
