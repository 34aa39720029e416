/** Serves JupyterLab on the course: on this machine only, with a token, until Ctrl-C. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onInterruption } from '../interruption.mjs';
import { endGroup, ownGroup } from '../kernel/platform.js';
import { SetupFailure, explain, reasonIn } from './failure.mjs';
import { venvPython } from './python.mjs';
import { pythonEnvironment } from '../../lib/build-native/python.mjs';

const HOST = '127.0.0.1';
const START_LIMIT_S = 90;
const STOP_LIMIT_S = 15;
export const PORT = 8888;

/** Whether a port of this machine can be listened on. */
export const isFree = (port) =>
  new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen(port, HOST, () => server.close(() => resolve(true)));
  });

/** The first free port from `wanted` on. */
export async function freePort(wanted) {
  for (let port = wanted; port < wanted + 100; port++) if (await isFree(port)) return port;
  throw new SetupFailure({
    step: 'JupyterLab',
    cause: `the ports ${wanted}-${wanted + 99} are all taken`,
    cure: 'Name another one: `npm start -- --port 9000`.',
  });
}

/** The page that opens first: lesson 00, or the folder of the lessons. */
export function firstPage(root) {
  const notebooks = path.join(root, 'notebooks');
  const lesson = fs.existsSync(notebooks) && fs.readdirSync(notebooks).find((name) => /^00-.*\.ipynb$/.test(name));
  return lesson ? `/lab/tree/notebooks/${lesson}` : '/lab';
}

const answers = async (address, request = {}) => {
  try {
    return (await fetch(address, { ...request, signal: AbortSignal.timeout(2000) })).ok;
  } catch {
    return false;
  }
};

const flags = ({ root, port, browser, scratch }) => [
  `--ServerApp.root_dir=${root}`,
  `--FileContentsManager.preferred_dir=${path.join(root, 'notebooks')}`,
  `--ServerApp.ip=${HOST}`,
  `--ServerApp.port=${port}`,
  '--ServerApp.port_retries=0',
  `--LabApp.default_url=${firstPage(root)}`,
  `--LabApp.workspaces_dir=${path.join(scratch, 'workspaces')}`,
  '--LabApp.extension_manager=readonly',
  '--MultiKernelManager.default_kernel_name=tslab',
  ...(browser ? [] : ['--no-browser']),
  ...(process.getuid?.() === 0 ? ['--allow-root'] : []),
];

/**
 * Lets Jupyter end its kernels and then itself: by a signal, or where there are none through its own interface, as soon as it answers.
 * @param {{ kill(signal: 'SIGTERM'): unknown, exitCode: number | null }} child
 * @param {string} address
 * @param {string} token
 * @param {{ platform: string }} [on]
 */
export async function askToStop(child, address, token, { platform } = process) {
  if (platform !== 'win32') return void child.kill('SIGTERM');
  const request = { method: 'POST', headers: { Authorization: `token ${token}` } };
  for (let tries = 0; tries < STOP_LIMIT_S && child.exitCode === null; tries++) {
    if (await answers(`${address}/api/shutdown`, request)) return;
    await sleep(1000);
  }
}

/**
 * Starts JupyterLab, prints its address and stays until it ends or is stopped.
 * @param {{ root: string, scratch: string, port?: number, browser: boolean, say(text: string): void }} options
 * @returns {Promise<number>} the exit code
 * @throws {SetupFailure} when it does not come up
 */
export async function serveJupyter({ root, scratch, port: wanted = PORT, browser, say }) {
  const port = await freePort(wanted);
  if (port !== wanted) say(`Port ${wanted} is taken: using ${port}.`);
  const token = randomBytes(24).toString('hex');
  const address = `http://${HOST}:${port}`;
  const logFile = path.join(scratch, 'jupyter.log');
  fs.mkdirSync(scratch, { recursive: true });
  const log = fs.openSync(logFile, 'w', 0o600);
  const child = spawn(venvPython(root), ['-m', 'jupyterlab', ...flags({ root, port, browser, scratch })], {
    cwd: root,
    // Ctrl-C reaches only this process, which ends Jupyter and its kernels in order. (On Windows Jupyter hears it too, and does the same.)
    ...ownGroup(),
    stdio: ['ignore', log, log],
    env: {
      ...pythonEnvironment(),
      JUPYTER_TOKEN: token,
      JUPYTER_PREFER_ENV_PATH: '1',
      JUPYTER_CONFIG_PATH: [path.join(root, 'scripts', 'setup', 'jupyter'), process.env.JUPYTER_CONFIG_PATH]
        .filter(Boolean)
        .join(path.delimiter),
    },
  });
  fs.closeSync(log);

  let ended;
  const end = new Promise((resolve) => {
    child.once('error', (error) => resolve((ended = { code: 1, error })));
    child.once('exit', (code, signal) => resolve((ended = { code, signal })));
  });
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    say('\nStopping JupyterLab and its kernels ...');
    void askToStop(child, address, token);
    setTimeout(() => endGroup(child.pid), STOP_LIMIT_S * 1000).unref();
  };
  onInterruption(stop);

  for (let waited = 0; !ended && !stopping && !(await answers(`${address}/api`)); waited += 0.25) {
    if (waited > START_LIMIT_S) stop();
    await sleep(250);
  }
  if (ended && !stopping) {
    const printed = ended.error?.message ?? fs.readFileSync(logFile, 'utf8');
    throw new SetupFailure({
      step: 'JupyterLab',
      log: logFile,
      ...explain(printed, {
        cause: `it ended while starting: ${reasonIn(printed)}`,
        cure: '`npm run doctor` shows every part.',
      }),
    });
  }
  if (!stopping) {
    say(`JupyterLab: ${address}${firstPage(root)}?token=${token}`);
    say('Ctrl-C stops it.');
  }
  const { code, signal } = await end;
  if (stopping) say('Stopped.');
  else say(`JupyterLab ended ${signal ? `by ${signal}` : `with code ${code}`}. Its log: ${logFile}`);
  return stopping ? 0 : (code ?? 1);
}
