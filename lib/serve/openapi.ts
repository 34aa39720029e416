/** The description of the service for programs: OpenAPI 3.1. */
import { version } from '../version';
import type { About } from './protocol';
import { errorSchema, type Operation, type Schema } from './schemas';

type Content = Record<string, { schema: Schema }>;

/** What the service says of one method of a path. */
export interface OpenAPIOperation {
  summary: string;
  security?: object[];
  requestBody?: { required: boolean; content: Content };
  responses: Record<string, { description: string; content?: Content }>;
}

/** The parts of an OpenAPI document that this service has. */
export interface OpenAPI {
  openapi: string;
  info: { title: string; version: string };
  paths: Record<string, Partial<Record<'get' | 'post', OpenAPIOperation>>>;
  components: object;
}

const json = (schema: Schema): Content => ({ 'application/json': { schema } });
const said = (description: string, content?: Content) => ({ description, ...(content ? { content } : {}) });

/** The document at `/openapi.json`. */
export function openapi(about: About, operations: Operation[], needsToken: boolean): OpenAPI {
  const errors = Object.fromEntries(
    Object.entries({
      400: 'The request does not fit, or the model cannot read it.',
      ...(needsToken ? { 401: 'The token is missing or wrong.' } : {}),
      413: 'The request is too long.',
      429: 'Too many requests from this address.',
      503: 'Nobody can answer now; Retry-After says when to try again.',
    }).map(([status, description]) => [status, said(description, json(errorSchema))]),
  );
  const security = needsToken ? [{ token: [] }] : [];
  const asked = operations.map(({ path, does, body, answer }) => {
    const streamed: Content = path === '/generate' ? { 'text/event-stream': { schema: { type: 'string' } } } : {};
    const responses = { 200: said('The answer.', { ...json(answer), ...streamed }), ...errors };
    return [
      path,
      { post: { summary: does, security, requestBody: { required: true, content: json(body) }, responses } },
    ];
  });
  const get = (summary: string, statuses: Record<string, string>) => ({
    get: {
      summary,
      responses: Object.fromEntries(Object.entries(statuses).map(([status, text]) => [status, said(text)])),
    },
  });
  return {
    openapi: '3.1.0',
    info: { title: about.title ?? `lstm-lab: ${about.task}`, version: version() },
    paths: {
      ...Object.fromEntries(asked),
      '/health': get('Whether the service runs.', { 200: 'It does.' }),
      '/ready': get('Whether a worker can take a request.', { 200: 'One can.', 503: 'None can.' }),
      '/metrics': get('Counts and times for Prometheus.', { 200: 'The text format of Prometheus.' }),
      '/reload': {
        post: {
          summary: 'Reads the bundle anew; requests go on meanwhile.',
          security: [{ token: [] }],
          responses: { 200: said('The new bundle answers.'), 422: said('It cannot be used; the old one goes on.') },
        },
      },
    },
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
  };
}
