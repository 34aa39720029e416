/** One set-up at a time for one checkout; the lock of a process that died counts for nothing. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { removeFolder } from '../../lib/system.js';
import { isAlive } from '../kernel/platform.js';

/** When a process began, as its system tells it: tells a living holder from a stranger with a reused number. */
export function startOf(pid) {
  try {
    if (process.platform === 'linux') {
      const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
      return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    }
    if (process.platform === 'win32') return undefined;
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}

const lives = ({ pid, started }) => {
  if (!isAlive(pid)) return false;
  const now = startOf(pid);
  return started === undefined || now === undefined || now === started;
};

const holderOf = (file) => {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    return error.code === 'ENOENT' ? undefined : null;
  }
};

/** True when the lock was left behind. A lock that cannot be read yet is being written, unless it stays so. */
const leftBehind = (file) => {
  const holder = holderOf(file);
  if (holder === undefined) return false;
  if (holder === null) return Date.now() - fs.statSync(file).mtimeMs > 5000;
  return holder.host === os.hostname() && !lives(holder);
};

/** Removes a lock that was left behind; of several who try at once only one may look and remove. */
const removeDead = (file) => {
  const turn = `${file}.turn`;
  try {
    fs.mkdirSync(turn);
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    const since = fs.statSync(turn, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - since > 5000) removeFolder(turn);
    return;
  }
  try {
    if (leftBehind(file)) fs.rmSync(file, { force: true });
  } finally {
    removeFolder(turn);
  }
};

/**
 * Waits until this process holds the lock.
 * @param {string} file
 * @param {(holder: { pid: number, host: string }) => void} waiting called once when somebody else holds it
 * @returns {Promise<() => void>} gives the lock back
 */
export async function acquireLock(file, waiting = () => {}) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const mine = { pid: process.pid, host: os.hostname(), started: startOf(process.pid) };
  for (let told = false; ; await sleep(200)) {
    try {
      fs.writeFileSync(file, JSON.stringify(mine), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (leftBehind(file)) {
      removeDead(file);
      continue;
    }
    const holder = holderOf(file);
    if (holder && !told) {
      waiting(holder);
      told = true;
    }
  }
  return () => {
    const holder = holderOf(file);
    if (holder?.pid === mine.pid && holder.host === mine.host) fs.rmSync(file, { force: true });
  };
}
