/**
 * What differs between Windows and the others for the library and for set-up. Plain JavaScript: set-up needs it before anything is compiled.
 * Each function takes the platform as a last argument: tests ask as another than their own.
 */
const fs = require('node:fs');
const nodePath = require('node:path');

/**
 * The interpreter of a Python environment.
 * @param {string} environment its folder
 * @param {{ platform?: string, path?: Pick<import('node:path').PlatformPath, 'join'> }} [on]
 * @returns {string}
 */
function pythonIn(environment, { platform = process.platform, path = nodePath } = {}) {
  return platform === 'win32'
    ? path.join(environment, 'Scripts', 'python.exe')
    : path.join(environment, 'bin', 'python');
}

/** What Windows says of a file that another program, a virus scanner for one, holds open for a moment. */
const held = ['EPERM', 'EACCES', 'EBUSY'];
const patienceMilliseconds = 2_000;

/**
 * Renames; on Windows again and again for two seconds while another program holds the file.
 * @param {string} from
 * @param {string} to
 * @param {{ platform?: string }} [on]
 * @throws the system's error
 */
function renamePatiently(from, to, { platform = process.platform } = {}) {
  const until = performance.now() + patienceMilliseconds;
  for (let pause = 10; ; pause = Math.min(2 * pause, 100)) {
    try {
      return fs.renameSync(from, to); // eslint-disable-line no-restricted-syntax -- this is the patient one
    } catch (error) {
      if (platform !== 'win32' || !held.includes(error.code) || performance.now() >= until) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause);
    }
  }
}

/**
 * Removes a folder with all that is in it, if it is there; on Windows again for a second or so while another program, a child that was ended
 * just now for one, holds a file of it.
 * @param {string} folder
 * @throws the system's error
 */
function removeFolder(folder) {
  // eslint-disable-next-line no-restricted-syntax -- this is the one that tries again
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 4 });
}

module.exports = { pythonIn, renamePatiently, removeFolder };
