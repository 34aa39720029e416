/** An interrupt on its own socket may be faster than the cell that it means. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CellsProcess } from '../../scripts/kernel/cells-process';
import type { Compiler } from '../../scripts/kernel/compile/compiler';
import { Executions } from '../../scripts/kernel/executions';
import type { Channels } from '../../scripts/kernel/protocol/channels';
import type { Message } from '../../scripts/kernel/protocol/message';

const sent = Date.parse('2026-01-01T12:00:00Z');

/** Executions whose cells end at once. */
function kernel() {
  const replies: unknown[] = [];
  let ran = 0;
  const channels = {
    publish: () => undefined,
    reply: (_: string, __: Message, { status, ename }: Record<string, unknown>) => replies.push(ename ?? status),
  };
  const usage = { peakMegabytes: 0, tensors: 0, pendingTimers: 0 };
  const cells = {
    send(message: { type: string; cell: { id: number } }) {
      ran += 1;
      executions.onMessage({ type: 'done', cell: message.cell.id, usage });
    },
  };
  const compiler = { compile: () => ({ cell: { script: '' }, declares: () => undefined }) };
  const executions: Executions = new Executions(
    channels as unknown as Channels,
    () => compiler as unknown as Compiler,
    () => cells as unknown as CellsProcess,
  );
  const add = (milliseconds: number) =>
    executions.add({
      identities: [],
      header: { date: new Date(sent + milliseconds).toISOString() },
      content: { code: '1', stop_on_error: false },
    } as unknown as Message);
  return { executions, add, replies, ran: () => ran };
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 20));

describe('an interrupt that comes before its cell', () => {
  test('stops the cell, which does not run', async () => {
    const { executions, add, replies, ran } = kernel();
    executions.interrupt(sent);
    add(-1);
    await turn();
    assert.deepEqual([replies, ran()], [['Interrupted'], 0]);
  });

  test('stops one cell only', async () => {
    const { executions, add, replies } = kernel();
    executions.interrupt(sent);
    add(-2);
    add(-1);
    await turn();
    assert.deepEqual(replies, ['Interrupted', 'ok']);
  });

  test('does not stop a cell that was sent after it', async () => {
    const { executions, add, replies } = kernel();
    executions.interrupt(sent);
    add(1);
    add(-1);
    await turn();
    assert.deepEqual(replies, ['ok', 'ok']);
  });

  test('is forgotten after a second', async (context) => {
    const { executions, add, replies } = kernel();
    executions.interrupt(sent);
    const now = performance.now();
    context.mock.method(performance, 'now', () => now + 1_500);
    add(-1);
    await turn();
    assert.deepEqual(replies, ['ok']);
  });
});
