/**
 * `npm test [-- STAGE…]`: set-up, then every stage of `stages.ts`; the last line is `N passed, N failed`.
 * Plain JavaScript without dependencies: on a fresh clone there is nothing else yet.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const run = (...argv) => spawnSync(process.execPath, argv, { cwd: root, stdio: 'inherit' });

const setup = run('scripts/setup/main.mjs', '--quiet');
if (setup.status !== 0) {
  process.stdout.write('✗ set-up\n0 passed, 1 failed\n');
  process.exit(1);
}
const tests = run('--import', 'tsx', 'scripts/test/stages.ts', ...process.argv.slice(2));
process.exit(tests.status ?? 1);
