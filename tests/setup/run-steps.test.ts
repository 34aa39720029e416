/** The order of steps, what a failing one says, resuming, and that two set-ups do not work at once. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { SetupFailure } from '../../scripts/setup/failure.mjs';
import { openLog } from '../../scripts/setup/log.mjs';
import { startOf } from '../../scripts/setup/lock.mjs';
import { silentProgress } from '../../scripts/setup/progress.mjs';
import { runSteps } from '../../scripts/setup/run-steps.mjs';
import { failureText } from '../../scripts/setup/setup.mjs';
import { writeJson } from '../../lib/build-native/stamp.mjs';

let scratch: string;
let log: string[];

const context = () => ({
  root: scratch,
  scratch,
  log: openLog(path.join(scratch, 'setup.log')),
  progress: { ...silentProgress(), say: (text: string) => void log.push(text) },
});

/** A step that is done once its file exists. */
const step = (name: string, work: (file: string) => unknown = (file) => fs.writeFileSync(file, '')) => {
  const file = path.join(scratch, `${name}.done`);
  return {
    name,
    state: () => (fs.existsSync(file) ? { done: true } : { done: false, why: `${name} is not there` }),
    run: async () => {
      log.push(`run ${name}`);
      await work(file);
    },
  };
};

/** The note that a set-up makes of a command that it starts. */
const note = (pid: number, started: string | undefined) =>
  writeJson(path.join(scratch, 'commands', `${pid}.json`), { pid, started });

beforeEach(() => {
  scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'steps ünï-'));
  log = [];
});
afterEach(() => fs.rmSync(scratch, { recursive: true }));

describe('runSteps', () => {
  test('runs in order what is missing, and nothing a second time', async () => {
    const steps = [step('one'), step('two'), step('three')];
    fs.writeFileSync(path.join(scratch, 'two.done'), '');
    assert.deepEqual(await runSteps(steps, context()), ['one', 'three']);
    assert.deepEqual(log, ['Setting up: one, three.', 'run one', 'run three']);
    assert.deepEqual(await runSteps(steps, context()), []);
    assert.equal(log.length, 3);
  });

  test('a failing step names itself, its cause and the cure, and the next run goes on from there', async () => {
    let broken = true;
    const cause = 'the disk is full';
    const flaky = step('two', (file) => {
      if (broken) throw new SetupFailure({ cause, cure: 'Free some.' });
      fs.writeFileSync(file, '');
    });
    const steps = [step('one'), flaky, step('three')];
    const failed = await runSteps(steps, context()).then(
      () => assert.fail('it should have failed'),
      (error: SetupFailure) => error,
    );
    assert.equal(failed.step, 'two');
    assert.equal(
      failureText(failed, context()),
      '\ntwo failed: the disk is full.\nWhat to do: Free some.\nThen run the same command again: it goes on from here.\n' +
        `Full log: ${path.join(scratch, 'setup.log')}`,
    );
    assert.deepEqual(log, ['Setting up: one, two, three.', 'run one', 'run two']);
    assert.equal(fs.existsSync(path.join(scratch, 'lock')), false);

    broken = false;
    assert.deepEqual(await runSteps(steps, context()), ['two', 'three']);
  });

  test('an error that nobody foresaw is a sentence on the terminal and a stack in the log', async () => {
    const bad = step('one', () => {
      throw new TypeError('x is not a function\nsecond line');
    });
    await assert.rejects(runSteps([bad], context()), (error: SetupFailure) => {
      assert.ok(error instanceof SetupFailure);
      assert.equal(error.cause, 'x is not a function');
      return true;
    });
    assert.match(fs.readFileSync(path.join(scratch, 'setup.log'), 'utf8'), /TypeError: x is not a function[\s\S]*at /);
  });

  test('a step that ends well and left its work undone is a failure', async () => {
    const idle = step('one', () => {});
    await assert.rejects(runSteps([idle], context()), /one is not there/);
  });

  test('of two set-ups at once one works and the other finds all done', async () => {
    let working = 0;
    const slow = step('one', async (file) => {
      assert.equal(++working, 1);
      await new Promise((resolve) => setTimeout(resolve, 400));
      working--;
      fs.writeFileSync(file, '');
    });
    const ran = await Promise.all([runSteps([slow], context()), runSteps([slow], context())]);
    assert.deepEqual(ran.map((names) => names.length).sort(), [0, 1]);
    assert.equal(log.filter((line) => line === 'run one').length, 1);
    assert.equal(log.filter((line) => line.startsWith('Another set-up is at work')).length, 1);
  });

  test('what a killed set-up left running is ended before anything else begins', async () => {
    const left = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true });
    await once(left, 'spawn');
    const started = startOf(left.pid!);
    note(left.pid!, started);
    let alive = true;
    const look = step('one', (file) => {
      alive = startOf(left.pid!) === started;
      fs.writeFileSync(file, '');
    });
    await runSteps([look], context());
    left.kill('SIGKILL');
    assert.equal(alive, false);
    assert.equal(fs.existsSync(path.join(scratch, 'commands')), false);
  });

  test('a stranger that got the number of a command of ours is left alone', async () => {
    const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true });
    await once(stranger, 'spawn');
    note(stranger.pid!, 'long ago');
    await runSteps([step('one')], context());
    assert.equal(stranger.exitCode ?? stranger.signalCode, null);
    stranger.kill();
  });
});
