/** Jupyter's messages: only those signed with the connection's key are taken. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, test } from 'node:test';
import { decode, encode } from '../../scripts/kernel/protocol/message';

const content = { code: '1 + 1' };
const message = (key: string) => encode([Buffer.from('client')], 'execute_request', content, undefined, key);
const changed = (parts: Buffer[], at: number, part: string) =>
  parts.map((each, k) => (k === at ? Buffer.from(part) : each));

describe("a message's signature", () => {
  test("is HMAC-SHA256 of the four parts, by the connection's key", () => {
    const [, , signature, ...body] = message('secret');
    assert.equal(String(signature), createHmac('sha256', 'secret').update(Buffer.concat(body)).digest('hex'));
    const { identities, header, content: read } = decode(message('secret'), 'secret');
    assert.deepEqual([String(identities[0]), header.msg_type, read], ['client', 'execute_request', content]);
  });

  test('that is wrong, short, missing or of another key is refused', () => {
    const refused = /wrong signature was refused/;
    const parts = message('secret');
    assert.throws(() => decode(message('other'), 'secret'), refused);
    assert.throws(() => decode(message(''), 'secret'), refused);
    assert.throws(() => decode(changed(parts, 2, 'abc'), 'secret'), refused);
    assert.throws(() => decode(changed(parts, 2, 'é'.repeat(64)), 'secret'), refused);
    const flipped = String(parts[2]).replace(/^./, (first) => (first === '0' ? '1' : '0'));
    assert.throws(() => decode(changed(parts, 2, flipped), 'secret'), refused);
  });

  test('covers each part', () => {
    for (const at of [3, 4, 5, 6])
      assert.throws(() => decode(changed(message('secret'), at, '{"a":1}'), 'secret'), /wrong signature was refused/);
  });

  test('is not asked for without a key', () => {
    assert.deepEqual(decode(message(''), '').content, content);
  });

  test('of a message with missing parts is not looked at', () => {
    assert.throws(() => decode(message('secret').slice(0, 6), 'secret'), /its parts are incomplete/);
    assert.throws(() => decode([], 'secret'), /its parts are incomplete/);
  });
});
