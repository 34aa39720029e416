/**
 * What differs between Windows and the others for set-up, runner and kernel, in one place. Plain JavaScript: set-up needs it before anything
 * is compiled. Each function takes the platform, and what it asks of the system, as a last argument: tests ask as another than their own.
 */
const { spawnSync } = require('node:child_process');

/**
 * Options of `spawn` for a process that Ctrl-C in this terminal does not reach, and that `endGroup` ends with all it has started: elsewhere a
 * process group, on Windows, which has none, a console of its own without a window (where its output is piped).
 * @param {{ platform?: string }} [on]
 * @returns {{ windowsHide: true, detached: boolean }}
 */
function ownGroup({ platform = process.platform } = {}) {
  // eslint-disable-next-line no-restricted-syntax -- this is ownGroup
  return { windowsHide: true, detached: platform !== 'win32' };
}

/**
 * Ends a process that was started with `ownGroup`, and what it has started. Windows knows no signals: there it ends at once, whichever is named.
 * @param {number | undefined} pid
 * @param {'SIGTERM' | 'SIGKILL'} [signal]
 * @param {{ platform?: string, kill?: (pid: number, signal: string) => unknown, run?: (file: string, args: string[], options: object) => { status: number | null } }} [on]
 */
function endGroup(pid, signal = 'SIGKILL', { platform = process.platform, kill = process.kill, run = spawnSync } = {}) {
  if (pid === undefined) return;
  try {
    if (platform !== 'win32') return void kill(-pid, signal);
    const tree = run('taskkill', ['/PID', String(pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true });
    // What a program of Node's has started ends with it on Windows, so one process may be enough.
    if (tree.status !== 0) kill(pid, 'SIGKILL');
  } catch {
    // it has ended already
  }
}

/**
 * Ends this process, started with `ownGroup`, and what it has started: on Windows that ends with it.
 * @param {{ platform?: string, kill?: (pid: number, signal: string) => unknown }} [on]
 */
function endOwnGroup({ platform = process.platform, kill = process.kill } = {}) {
  kill(platform === 'win32' ? process.pid : -process.pid, 'SIGKILL');
}

/**
 * Whether a process of that number is there.
 * @param {number} pid
 * @param {(pid: number, signal: 0) => unknown} [kill]
 */
function isAlive(pid, kill = process.kill) {
  try {
    kill(pid, 0);
    return true;
  } catch (error) {
    return error.code !== 'ESRCH';
  }
}

/**
 * A function that tells whether the process that has started this one is gone: elsewhere an orphan gets another parent, on Windows it keeps
 * the number of the one that it had.
 * @param {{ platform?: string, parent?: () => number, alive?: (pid: number) => boolean }} [on]
 * @returns {() => boolean}
 */
function parentWatch({ platform = process.platform, parent = () => process.ppid, alive = isAlive } = {}) {
  const first = parent();
  return () => (platform === 'win32' ? !alive(first) : parent() !== first);
}

/**
 * Whether a process can send itself SIGINT to break off a computation; on Windows it would end at once.
 * @param {{ platform?: string }} [on]
 */
function canInterruptItself({ platform = process.platform } = {}) {
  return platform !== 'win32';
}

module.exports = { ownGroup, endGroup, endOwnGroup, isAlive, parentWatch, canInterruptItself };
