/** Jupyter's messages as they travel: parts, signature and header. */
import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';

export interface Header {
  msg_id: string;
  msg_type: string;
  session: string;
  username: string;
  date: string;
  version: string;
}

export interface Message {
  identities: Buffer[];
  header: Header;
  content: Record<string, unknown>;
}

const delimiter = Buffer.from('<IDS|MSG>');
const session = randomUUID();

/** Reads a message; throws when its signature is not the connection key's. */
export function decode(parts: Buffer[], key: string): Message {
  const at = parts.findIndex((part) => part.equals(delimiter));
  if (at < 0 || parts.length < at + 6) throw new Error('Not a Jupyter message: its parts are incomplete.');
  const [signature, ...body] = parts.slice(at + 1, at + 6);
  const expected = Buffer.from(sign(body, key));
  if (key && (signature.length !== expected.length || !timingSafeEqual(signature, expected)))
    throw new Error('A message with a wrong signature was refused.');
  return { identities: parts.slice(0, at), header: parse(body[0]) as never, content: parse(body[3]) };
}

/** Builds the parts of a message that answers, or belongs to, `parent`. */
export function encode(
  identities: Buffer[],
  type: string,
  content: Record<string, unknown>,
  parent: Header | undefined,
  key: string,
): Buffer[] {
  const header: Header = {
    msg_id: randomUUID(),
    msg_type: type,
    session,
    username: parent?.username ?? 'kernel',
    date: new Date().toISOString(),
    version: '5.3',
  };
  const body = [header, parent ?? {}, {}, content].map((part) => Buffer.from(JSON.stringify(part)));
  return [...identities, delimiter, Buffer.from(sign(body, key)), ...body];
}

function sign(body: Buffer[], key: string): string {
  if (!key) return '';
  const hmac = createHmac('sha256', key);
  for (const part of body) hmac.update(part);
  return hmac.digest('hex');
}

function parse(part: Buffer): Record<string, unknown> {
  return JSON.parse(part.toString()) as Record<string, unknown>;
}
