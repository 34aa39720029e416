/** Node itself: the one part that set-up cannot bring. */
import { SetupFailure } from '../failure.mjs';

const OLDEST = [20, 11];

/** @param {string} version such as `20.11.0` */
export const isNewEnough = (version) => {
  const [major, minor] = version.split('.').map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
};

/**
 * What Node was built for where the packages of the course are not; undefined where they are.
 * @param {{ platform: string, arch: string }} [on]
 */
export const unfitBuild = ({ platform, arch } = process) =>
  arch === 'x64' || (arch === 'arm64' && platform !== 'win32') ? undefined : `${platform}-${arch}`;

export const nodeStep = {
  name: 'Node',
  state: () => {
    const build = unfitBuild();
    if (build) return { done: false, why: `this Node is built for ${build}` };
    return isNewEnough(process.versions.node)
      ? { done: true, detail: process.versions.node }
      : { done: false, why: `this is Node ${process.versions.node}` };
  },
  run: async () => {
    const build = unfitBuild();
    if (build)
      throw new SetupFailure({
        cause: `this Node is built for ${build}, for which nodejs-polars has no package`,
        cure: 'Install Node of 64 bit from nodejs.org; on Windows the one for x64, which Windows on ARM runs too.',
      });
    throw new SetupFailure({
      cause: `Node ${process.versions.node} is too old, the course needs ${OLDEST.join('.')} or later`,
      cure: 'Install Node 20, 22 or 24 (nodejs.org, nvm, fnm or your package manager).',
    });
  },
};
