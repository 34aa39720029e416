/** The services that are compared, as processes. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import net from 'node:net';
import path from 'node:path';
import { pythonIn } from '../../../lib/build-native/python.mjs';
import { environment } from '../contender';
import type { Served } from './model';

export type ServerName = 'ours' | 'ours_unbatched' | 'fastapi';

const root = path.join(__dirname, '..', '..', '..');
const command = path.join(root, 'lib', 'bin', 'lstm-lab.cjs');
/** The Python that has FastAPI, uvicorn and PyTorch: that of the peers, or the one that LSTM_LAB_PEERS_PYTHON names. */
const python = process.env.LSTM_LAB_PEERS_PYTHON ?? pythonIn(path.join(root, '.venv-peers'));
/** How long a service may take to start, in ms. */
const patience = 120_000;

export class Server {
  private errors = '';

  private constructor(
    readonly name: ServerName,
    readonly url: string,
    private readonly child: ChildProcess,
  ) {
    child.stderr!.on('data', (chunk: Buffer) => (this.errors = (this.errors + chunk.toString()).slice(-2000)));
  }

  /** Starts a service, and waits until it is ready. @throws Error with what it printed when it does not come */
  static async start(name: ServerName, served: Served, threads: number): Promise<Server> {
    const port = await freePort();
    const ours = [
      process.execPath,
      command,
      'serve',
      served.bundle,
      '--port',
      String(port),
      '--rate',
      '0',
      '--log',
      'warn',
    ];
    const [file, ...args] =
      name === 'fastapi'
        ? [python, path.join(root, 'scripts/bench/peers/torch_service.py'), served.folder, String(port)]
        : [...ours, ...(name === 'ours_unbatched' ? ['--batch', '1'] : [])];
    const child = spawn(file, args, { env: environment(threads), stdio: ['ignore', 'ignore', 'pipe'] });
    const server = new Server(name, `http://127.0.0.1:${port}`, child);
    for (const end = Date.now() + patience; ; await new Promise((resolve) => setTimeout(resolve, 200))) {
      if (await isReady(server.url)) return server;
      if (child.exitCode === null && Date.now() < end) continue;
      child.kill('SIGKILL');
      throw new Error(`${name} did not start: ${server.errors.trim()}`);
    }
  }

  /** The probability that it gives a text. */
  async probability(text: string): Promise<number> {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${this.url}/predict`, { method: 'POST', headers, body: JSON.stringify({ text }) });
    const { probabilities } = (await response.json()) as { probabilities: { positive: number } };
    return probabilities.positive;
  }

  /** Resident memory of its process and of those that it has started, in MB. */
  megabytes(): number {
    const processes = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,rss='], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/ +/).map(Number));
    const family = (pid: number): number =>
      processes.reduce(
        (sum, [own, parent, kilobytes]) => sum + (own === pid ? kilobytes : 0) + (parent === pid ? family(own) : 0),
        0,
      );
    return Math.round(family(this.child.pid!) / 1024);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    this.child.kill('SIGTERM');
    await new Promise((resolve) => this.child.once('close', resolve));
  }
}

const isReady = (url: string): Promise<boolean> =>
  fetch(`${url}/ready`).then(
    ({ ok }) => ok,
    () => false,
  );

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
