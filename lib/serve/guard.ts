/** Who may ask. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { ServiceError } from './service-error';

/** The shortest token that is taken, in characters. */
const shortest = 16;

const localNames = ['localhost', '127.0.0.1', '[::1]'];

export const isLocal = (host: string): boolean => ['localhost', '127.0.0.1', '::1'].includes(host);

/** Refuses to be reachable from elsewhere without a token. @throws Error of one sentence */
export function checkAccess(host: string, token: string | undefined): void {
  if (token !== undefined && token.length < shortest)
    throw new Error(
      `The token has ${token.length} characters; it takes at least ${shortest}: \`openssl rand -hex 16\` makes one.`,
    );
  if (token === undefined && !isLocal(host))
    throw new Error(
      `${host} can be reached from elsewhere, and anybody could ask: give a token in LSTM_LAB_TOKEN, or leave the host out.`,
    );
}

const digest = (text: string) => createHash('sha256').update(text).digest();

/** A check of requests: by the token where there is one, else by the name under which this machine was asked. */
export function guardOf(token: string | undefined): (headers: Record<string, unknown>) => void {
  if (token === undefined)
    return ({ host }) => {
      // a page of another site can give its own name the address of this machine ("DNS rebinding")
      const name = String(host).replace(/:\d+$/, '');
      if (!localNames.includes(name)) throw new ServiceError(403, 'This service answers to the name localhost only.');
    };
  const expected = digest(`Bearer ${token}`);
  return ({ authorization }) => {
    if (!timingSafeEqual(digest(String(authorization)), expected))
      throw new ServiceError(401, 'This service needs its token: Authorization: Bearer TOKEN.');
  };
}
