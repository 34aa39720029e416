/** What a request that fails is told: one sentence, in which nothing of the request stands. */
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError } from 'fastify';
import { ServiceError } from './service-error';

const sentences: Record<string, [status: number, sentence: string]> = {
  FST_ERR_CTP_BODY_TOO_LARGE: [413, 'The request is longer than this service takes.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [415, 'This service reads JSON: send it with Content-Type: application/json.'],
  FST_ERR_CTP_EMPTY_JSON_BODY: [400, 'The request has no body; this service reads JSON.'],
  FST_ERR_BAD_URL: [400, 'The address of the request cannot be read.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [400, 'The request is not as long as its Content-Length says.'],
};

/** The `ServiceError` for whatever went wrong; undefined for what is the service's own fault. */
export function serviceError(error: unknown): ServiceError | undefined {
  if (error instanceof ServiceError) return error;
  const { code, statusCode, validation } = error as Partial<FastifyError>;
  if (validation) return new ServiceError(400, `The request does not fit: ${validation.map(misfit).join('; ')}.`);
  if (code && Object.hasOwn(sentences, code)) return new ServiceError(...sentences[code]);
  if (statusCode === 429) return error as ServiceError;
  if (statusCode && statusCode >= 400 && statusCode < 500)
    return new ServiceError(statusCode, 'The request is no JSON that this service can read.');
  return undefined;
}

const unreadable: Record<string, [status: number, sentence: string]> = {
  HPE_HEADER_OVERFLOW: [431, 'The headers of the request are longer than this service takes.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request has not arrived in time.'],
};

/** Answers what is no request of HTTP, or not a whole one, and hangs up. */
export function answerUnreadable(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy(error);
  const [status, sentence] = unreadable[error.code ?? ''] ?? [
    400,
    'This is no request of HTTP that this service can read.',
  ];
  const body = JSON.stringify({ error: sentence });
  const length = Buffer.byteLength(body);
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n${body}`,
  );
}

interface Misfit {
  instancePath?: string;
  message?: string;
}

function misfit({ instancePath = '', message = 'is not as the schema has it' }: Misfit): string {
  const place = instancePath.slice(1).replaceAll('/', '.') || 'the body';
  return `${place} ${message}`;
}
