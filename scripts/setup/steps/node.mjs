/** Node itself: the one part that set-up cannot bring. */
import { SetupFailure } from '../failure.mjs';

const OLDEST = [20, 11];

/** @param {string} version such as `20.11.0` */
export const isNewEnough = (version) => {
  const [major, minor] = version.split('.').map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
};

export const nodeStep = {
  name: 'Node',
  state: () =>
    isNewEnough(process.versions.node)
      ? { done: true, detail: process.versions.node }
      : { done: false, why: `this is Node ${process.versions.node}` },
  run: async () => {
    throw new SetupFailure({
      cause: `Node ${process.versions.node} is too old, the course needs ${OLDEST.join('.')} or later`,
      cure: 'Install Node 20, 22 or 24 (nodejs.org, nvm, fnm or your package manager).',
    });
  },
};
