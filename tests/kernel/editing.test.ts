import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { converse, missing, ofKind, streamed, type Outcome } from './kernel';

describe('what an editor asks', { skip: missing }, () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lstm-lab-elsewhere-'));
  let outcome: Outcome;
  before(async () => {
    fs.writeFileSync(path.join(folder, 'beside.ts'), '');
    outcome = await converse(
      [
        { info: true },
        {
          execute:
            "import { tf, layers } from 'lstm-lab';\nconsole.log(process.cwd());\n/** What it is. */\nconst width: number = 3;",
        },
        { complete: "const s = '😀'; width.toFi", at: 25 },
        { inspect: 'width', at: 2 },
        { inspect: 'layers.lstm', at: 9 },
        { inspect: '  ', at: 1 },
        { execute: 'await new Promise((r) => setTimeout(r, 700));', then: [{ complete: 'widt', at: 4 }] },
        { complete: 'modul', at: 5 },
        { complete: "import x from './", at: 17 },
        { complete: "import x from 'ce", at: 17 },
        { inspect: 'import.meta', at: 9 },
        { execute: '[typeof __dirname, module.filename === __filename, require.main === module]' },
      ],
      { cwd: folder },
    );
  });
  after(() => fs.rmSync(folder, { recursive: true }));

  test('the kernel says that its language is TypeScript', () => {
    const info = outcome.steps[0].reply.language_info as Record<string, unknown>;
    assert.deepEqual([info.name, info.mimetype, info.file_extension], ['typescript', 'text/typescript', '.ts']);
    assert.match(String(info.version), /^5\./);
  });

  test('a notebook anywhere imports lstm-lab, and runs in its own folder', () => {
    const [, step] = outcome.steps;
    assert.equal(step.reply.status, 'ok', step.reply.evalue);
    assert.equal(streamed(step), `${fs.realpathSync(folder)}\n`);
  });

  test('completions count characters as Jupyter does', () => {
    const { matches, cursor_start, cursor_end } = outcome.steps[2].reply;
    assert.deepEqual([matches, cursor_start, cursor_end], [['toFixed'], 21, 25]);
  });

  test('hover shows types and documentation', () => {
    const text = (step: number) => (outcome.steps[step].reply.data as Record<string, string>)['text/plain'];
    assert.match(text(3), /^let width: number|^const width: number/);
    assert.match(text(4), /^const lstm: .*LSTMArgs.*\n\nAn LSTM layer/);
    assert.equal(outcome.steps[5].reply.found, false);
  });

  test('completions are answered while a cell waits, and the cell stays busy', () => {
    const step = outcome.steps[6];
    assert.deepEqual(step.replies[1].matches, ['width']);
    const states = step.messages.filter(({ type }) => type === 'status').map(({ content }) => content.execution_state);
    assert.deepEqual(states, ['busy', 'busy', 'idle', 'busy', 'idle']);
    assert.equal(ofKind(step, 'error').length, 0);
  });

  test('completions are offered once, files beside the notebook too, and nothing that is not there', () => {
    const matches = (step: number) => outcome.steps[step].reply.matches as string[];
    assert.equal(matches(7).filter((name) => name === 'module').length, 1);
    assert.deepEqual([matches(8), matches(9)], [['beside'], []]);
    assert.match((outcome.steps[10].reply.data as Record<string, string>)['text/plain'], /^The type of `import.meta`/);
    assert.deepEqual(ofKind(outcome.steps[11], 'execute_result')[0].data, { 'text/plain': "[ 'string', true, true ]" });
  });
});
