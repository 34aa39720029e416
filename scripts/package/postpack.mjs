/** What npm runs after it has packed the folder lib itself. */
import { ROOT } from '../setup/setup.mjs';
import { showRepository, showsPackage } from './manifest.mjs';

if (showsPackage(ROOT)) showRepository(ROOT);
else {
  process.stderr.write("lib/package.json became the repository's again while npm packed it: pack again.\n");
  process.exitCode = 1;
}
