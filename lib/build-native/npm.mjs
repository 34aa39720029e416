/** How npm is started. */
import fs from 'node:fs';
import nodePath from 'node:path';
import { SetupFailure } from './failure.mjs';

/**
 * npm's own program file: no shell, no `.cmd` (which Node does not start without one), no wrapper of another package manager.
 * @param {{ platform?: string, path?: import('node:path').PlatformPath, env?: NodeJS.ProcessEnv, node?: string, exists?: (file: string) => boolean }} [on]
 * @returns {string[]} program and first arguments
 * @throws {SetupFailure} on Windows, where there is no other way to start npm
 */
export function npmCommand(on = {}) {
  const { platform = process.platform, path = nodePath, env = process.env, node = process.execPath } = on;
  const { exists = fs.existsSync } = on;
  const beside = path.dirname(node);
  const below = (folder) => path.join(folder, 'node_modules', 'npm', 'bin', 'npm-cli.js');
  const onPath = platform === 'win32' ? (env.PATH ?? '').split(path.delimiter).filter(Boolean) : [];
  const places = [env.npm_execpath, below(beside), below(path.join(beside, '..', 'lib')), ...onPath.map(below)];
  const script = places.find((place) => place && path.basename(place) === 'npm-cli.js' && exists(place));
  if (script) return [node, script];
  if (platform !== 'win32') return ['npm'];
  throw new SetupFailure({
    cause: `npm was found neither beside ${node} nor on the PATH`,
    cure: 'Start set-up by npm itself (`npm start`), or install Node from nodejs.org, which brings it.',
  });
}
