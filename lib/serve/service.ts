/** The service: one bundle that answers over HTTP. */
import { checkOptions, positiveInteger } from '../options';
import { makeApp } from './app';
import { Engine } from './engine';
import { checkAccess } from './guard';
import { metricsOf, type Metrics } from './metrics';

/** Options of {@link serve}. */
export interface ServeOptions {
  /** Default: 8000; 0 takes one that is free. */
  port?: number;
  /** Where it can be reached. Default: '127.0.0.1', from this machine only; anything else takes a token. */
  host?: string;
  /** Who asks must send it, `Authorization: Bearer TOKEN`; at least 16 characters. Default: LSTM_LAB_TOKEN, or none. */
  token?: string;
  /** Processes that compute. Default: 1, which has all cores; more where requests are too different to share a batch. */
  workers?: number;
  /** The most requests that go through the model together. Default: 32; 1: each by itself. */
  batch?: number;
  /** In seconds: how long a request may wait, and how long it may compute. Default: 10. */
  timeout?: number;
  /** The most requests of one address in a minute. Default: 600; 0: any number. */
  rate?: number;
  /** The longest text, in characters. Default: 20,000. */
  characters?: number;
  /** Which lines of the log are written, as JSON (pino), without what was asked. Default: 'warn'. */
  log?: 'silent' | 'error' | 'warn' | 'info' | 'debug';
  /** Where the log goes. Default: stdout. */
  logTo?: { write(line: string): void };
}

/** A running service. */
export interface Service {
  /** Where it answers, for example `http://127.0.0.1:8000`. */
  readonly url: string;
  /** The processes that compute, by their numbers. */
  readonly workers: number[];
  /** Reads the bundle anew, or another of the same task, while requests go on. @throws Error of one sentence when it cannot be used; the old one goes on */
  reload(file?: string): Promise<void>;
  /** Takes no more connections, answers all requests that have come, and ends the workers. */
  close(): Promise<void>;
}

const options = 'port host token workers batch timeout rate characters log logTo'.split(' ');

/**
 * Serves a bundle that `toBundle` wrote. JSON in, JSON out: `POST /predict` takes `{ text }` or `{ window }`, as the bundle reads; a
 * classification of texts also has `/explain`, with the words that count; a bundle that generates has `POST /generate`, with `stream: true` as
 * server-sent events. `/` is a page for people, `/openapi.json` describes the rest, with `/health`, `/ready`, `/metrics` (Prometheus) and
 * `/reload`. Requests that come while the model computes go through it together. The bundle is computed with in processes of their own: one that
 * is killed takes only the requests in its hands with it, which get status 503, and another takes its place.
 * @throws Error of one sentence when the bundle cannot be used, the port is taken, or the host can be reached from elsewhere and there is no token
 *
 * @example
 * const model = tf.sequential({ layers: [layers.lstm({ units: 4, inputShape: [3, 1] }), layers.dense({ units: 1 })] });
 * await toBundle(model, 'forecast.lstm', { task: 'regress' });
 * const service = await serve('forecast.lstm', { port: 0, log: 'silent' });
 * const { status } = await fetch(`${service.url}/health`);
 * await service.close();
 * console.log(status); // 200
 */
export async function serve(file: string, given: ServeOptions = {}): Promise<Service> {
  checkOptions('serve', given, options);
  const { port = 8000, host = '127.0.0.1', timeout = 10, rate = 600, characters = 20_000, log = 'warn' } = given;
  const { logTo = process.stdout, token = process.env.LSTM_LAB_TOKEN || undefined } = given;
  checkAccess(host, token);
  const ms = 1000 * timeout;
  if (!(ms > 0 && ms < 2 ** 31)) throw new RangeError(`timeout is ${timeout}; it is a number of seconds above 0.`);
  const pool = {
    workers: positiveInteger('workers', given.workers ?? 1),
    batch: positiveInteger('batch', given.batch ?? 32),
    timeout: ms,
  };
  let metrics: Metrics | undefined;
  let say: ((level: 'warn' | 'error', what: object, sentence: string) => void) | undefined;
  const engine = await Engine.start(file, pool, {
    batch: (size) => metrics?.batch(size),
    failed: (stack) => say?.('error', { stack }, 'the model failed'),
    ended: (pid, signal, sentence) => {
      metrics?.workerEnded();
      say?.('warn', { pid, signal, sentence }, 'a worker has ended, another is started');
    },
  });
  try {
    metrics = metricsOf(() => engine.pool);
    const app = await makeApp(engine, metrics, { token, rate, characters, timeout: ms, log, logTo });
    say = (level, what, sentence) => app.log[level](what, sentence);
    let isClosing = false;
    app.get('/ready', (_, reply) => {
      const workers = engine.pool.ready;
      if (workers > 0 && !isClosing) return { ready: true, workers };
      return reply.code(503).send({ error: isClosing ? 'The service is closing.' : 'No worker is ready yet.' });
    });
    const url = await app.listen({ port, host }).catch((error: NodeJS.ErrnoException) => {
      throw new Error(whyNot(error, host, port), { cause: error });
    });
    return {
      url,
      get workers() {
        return engine.pool.members.flatMap(({ pid }) => pid ?? []);
      },
      reload: async (other) => void (await engine.reload(other)),
      close: async () => {
        isClosing = true;
        await app.close();
        await engine.close(ms);
      },
    };
  } catch (error) {
    await engine.close(0);
    throw error;
  }
}

function whyNot({ code, message }: NodeJS.ErrnoException, host: string, port: number): string {
  if (code === 'EADDRINUSE')
    return `Port ${port} is taken by another program; give another, for example --port ${port + 1}.`;
  if (code === 'EACCES') return `Port ${port} is not for everybody's use; give one above 1023.`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `${host} is no address of this machine.`;
  return `The service cannot listen on ${host}, port ${port}: ${message}.`;
}
