/** The commands that set-up has running: each ends with all that it started, also when set-up itself is killed. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endGroup, ownGroup } from '../kernel/platform.js';
import { startOf } from './lock.mjs';
import { readJson, writeJson } from '../../lib/build-native/stamp.mjs';
import { removeFolder } from '../../lib/system.js';

const running = new Set();
const notes = ({ scratch }) => path.join(scratch, 'commands');
const noteOf = (context, pid) => path.join(notes(context), `${pid}.json`);

/**
 * Starts a command in a process group of its own, where there are such, and notes it on disk until it ends.
 * @param {{ scratch: string }} context
 * @param {string} file
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 */
export function startChild(context, file, args, options = {}) {
  const child = spawn(file, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...ownGroup(),
    ...options,
  });
  const { pid } = child;
  if (pid === undefined) return child;
  running.add(pid);
  child.once('close', () => {
    running.delete(pid);
    fs.rmSync(noteOf(context, pid), { force: true });
  });
  try {
    writeJson(noteOf(context, pid), { pid, started: startOf(pid) });
  } catch (error) {
    endGroup(pid);
    throw error;
  }
  return child;
}

/** Ends what runs now: an interrupted set-up leaves nobody at work behind it. */
export function stopChildren() {
  for (const pid of running) endGroup(pid, 'SIGTERM');
}

/** Ends the commands that a killed set-up left running, before anything else touches what they work on. */
export async function endLeftChildren(context) {
  if (!fs.existsSync(notes(context))) return;
  for (const name of fs.readdirSync(notes(context))) {
    const left = readJson(path.join(notes(context), name));
    const lives = () => left?.started !== undefined && startOf(left.pid) === left.started;
    if (lives()) endGroup(left.pid);
    for (let waited = 0; lives() && waited < 50; waited++) await sleep(100);
  }
  removeFolder(notes(context));
}
