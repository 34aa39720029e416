/** tfjs-node calls functions of `node:util` that Node 23 removed (tensorflow/tfjs #8609). */
import util from 'node:util';
import { applyMend } from './mend';

const mend = {
  wrong: 'it calls util.isNullOrUndefined and util.isArray, which Node 23 removed',
  issue: 'tensorflow/tfjs #8609',
  dependency: '@tensorflow/tfjs-node-gpu',
  version: '4.22.0',
};

/** Gives `node:util` the functions back that tfjs-node calls, where they are gone. */
export function mendNodeUtil(found: string): void {
  const legacy = util as unknown as Record<string, unknown>;
  applyMend('node-util', mend, util, found, () => {
    legacy.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
    legacy.isArray ??= Array.isArray;
  });
}
