/** The service as a Fastify application: its paths, and what holds for all of them. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { optionalPackage } from '../optional-package';
import type { GenerateOptions } from '../export';
import { closeWhenAnswered } from './closing';
import { descriptionOf } from './description';
import type { Asker, Engine } from './engine';
import { answerUnreadable, serviceError } from './errors';
import { guardOf } from './guard';
import type { Metrics } from './metrics';
import type { Page } from './html';
import { openapi } from './openapi';
import { packages } from './packages';
import { pageOf } from './page';
import { operationsOf, type Operation } from './schemas';
import { ServiceError } from './service-error';
import { EventStream } from './stream';

export interface AppOptions {
  token?: string;
  /** The most requests of one address in a minute; 0: any number. */
  rate: number;
  /** The longest text, in characters. */
  characters: number;
  /** In ms: how long a request may take to arrive. */
  timeout: number;
  log: 'silent' | 'error' | 'warn' | 'info' | 'debug';
  logTo: { write(line: string): void };
}

/** Paths that are open to those without a token. */
const open = new Set(['/', '/docs', '/health', '/ready', '/openapi.json']);

const headers = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
};

type Body = { text?: string; window?: unknown; prompt?: string; stream?: boolean } & Omit<GenerateOptions, 'signal'>;

export async function makeApp(engine: Engine, metrics: Metrics, options: AppOptions): Promise<FastifyInstance> {
  const { token, rate, characters, timeout, log, logTo } = options;
  const { fastify, LogController } = optionalPackage<typeof import('fastify')>('fastify', 'The service', packages);
  const app = fastify({
    // no more than the text with every character escaped, and the window of a day of seconds
    bodyLimit: Math.max(6 * characters + 1024, 2 ** 20),
    requestTimeout: timeout,
    return503OnClosing: false,
    logController: new LogController({ disableRequestLogging: true }),
    logger: { level: log, stream: logTo },
    clientErrorHandler: answerUnreadable,
    frameworkErrors: (error, _, reply) => void answerError(reply.headers(headers), serviceError(error)!),
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, allErrors: false } },
  }) as unknown as FastifyInstance;
  app.removeContentTypeParser('text/plain'); // which a page of another site may send unasked
  closeWhenAnswered(app, timeout);
  const guard = guardOf(token);
  const operations = operationsOf(engine.about, { characters });

  app.addHook('onRequest', (request, reply, next) => {
    void reply.headers(headers);
    if (!open.has(request.routeOptions.url ?? '') || token === undefined) guard(request.headers);
    if (request.headers['content-encoding'])
      throw new ServiceError(415, 'This service reads bodies as they are: send it without Content-Encoding.');
    next();
  });
  app.addHook('onResponse', (request, reply, next) => {
    const path = request.routeOptions.url ?? 'other';
    const { elapsedTime: ms, statusCode: status } = reply;
    metrics.request(path, status, ms / 1000);
    request.log.info({ method: request.method, path, status, ms: Math.round(ms * 100) / 100 }, 'answered');
    next();
  });
  app.setErrorHandler((error, request, reply) => {
    const known = serviceError(error);
    if (!known) request.log.error({ stack: (error as Error).stack }, 'failed');
    void answerError(reply, known ?? new ServiceError(500, 'The service failed; its log says why.'));
  });
  app.setNotFoundHandler(({ url }, reply) => {
    const paths = operations.map(({ path }) => path);
    const [asked] = url.split('?');
    const all = paths.map((path) => `POST ${path}`).join(', ');
    const error = paths.some((path) => path === asked)
      ? new ServiceError(405, `Ask ${asked} with POST.`)
      : new ServiceError(404, `There is nothing here; this service has ${all}, and a page at /; /docs says more.`);
    void answerError(reply, error);
  });
  if (rate > 0) {
    const limit = optionalPackage<typeof import('@fastify/rate-limit')>('@fastify/rate-limit', 'The service', packages);
    await app.register(limit.default, {
      max: rate,
      timeWindow: 60_000,
      allowList: (request) => ['/health', '/ready'].includes(request.routeOptions.url ?? ''),
      errorResponseBuilder: (_, { max }) => new ServiceError(429, `One address may ask ${max} times in a minute.`),
    });
  }

  const needsToken = token !== undefined;
  const page = (reply: FastifyReply, { html, policy }: Page) =>
    reply.type('text/html; charset=utf-8').header('content-security-policy', policy).send(html);
  const description = () => openapi(engine.about, operations, needsToken);
  app.get('/', (_, reply) => page(reply, pageOf(engine.about, needsToken)));
  app.get('/docs', ({ protocol, host }, reply) => page(reply, descriptionOf(description(), `${protocol}://${host}`)));
  app.get('/openapi.json', description);
  app.get('/health', () => ({ status: 'ok', seconds: Math.round(process.uptime()) }));
  app.get('/metrics', async (_, reply) => reply.type(metrics.contentType).send(await metrics.text()));
  app.post('/reload', async () => {
    if (token === undefined)
      throw new ServiceError(403, 'Reloading by a request takes a service with a token; send it the signal SIGHUP.');
    return { reloaded: await engine.reload() };
  });
  for (const operation of operations) addOperation(app, engine, operation);
  return app;
}

function addOperation(app: FastifyInstance, engine: Engine, { path, body, answer }: Operation): void {
  const schema = { body, response: { 200: answer } };
  if (path === '/generate')
    return void app.post(path, { schema }, (request, reply) => generate(engine, request, reply));
  const kind = path === '/explain' ? 'explain' : 'answer';
  app.post(path, { schema }, (request, reply) => {
    const { text, window } = request.body as Body;
    return engine.answer(kind, text ?? window, askerOf(reply));
  });
}

/** A text that goes on: at once where it is asked for as a stream, else when it is whole. */
async function generate(engine: Engine, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const { prompt = '', stream = false, ...options } = request.body as Body;
  const asker = askerOf(reply);
  if (!stream) {
    let text = '';
    await engine.generate(prompt, options, asker, (piece) => (text += piece));
    return { text };
  }
  const events = new EventStream(reply.raw, reply.getHeaders() as Record<string, string>);
  try {
    await engine.generate(prompt, options, asker, (text) => {
      if (!events.hasBegun) reply.hijack();
      events.send('piece', { text });
    });
    events.send('done', {});
  } catch (error) {
    if (!events.hasBegun) throw error;
    events.send('error', { error: serviceError(error)?.message ?? 'The service failed; its log says why.' });
  }
  events.end();
  return reply;
}

function answerError(reply: FastifyReply, { status, message, retryAfter }: ServiceError): FastifyReply {
  if (retryAfter !== undefined) void reply.header('retry-after', retryAfter);
  if (status === 401) void reply.header('www-authenticate', 'Bearer');
  if (status === 405) void reply.header('allow', 'POST');
  return reply.code(status).send({ error: message });
}

function askerOf({ raw }: FastifyReply): Asker {
  return {
    get isGone() {
      return raw.destroyed && !raw.writableEnded;
    },
  };
}
