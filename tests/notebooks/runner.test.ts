/** The runner on real kernels: the fixtures that must go red, those that must pass, and what is left behind when it is stopped. */
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pythonIn } from '../../lib/system';
import { readNotebook, staleness, writeNotebook } from '../../scripts/notebooks/notebook';
import type { Failure, NotebookResult } from '../../scripts/notebooks/result';

const root = path.resolve(__dirname, '../..');
const fixtures = path.join(__dirname, 'fixtures');
const folder = mkdtempSync(path.join(tmpdir(), 'lstm-runner-test-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const commandLine = (...flags: string[]) => ['--import', 'tsx', path.join(root, 'scripts/notebooks/main.ts'), ...flags];
const environment = { ...process.env, TMPDIR: folder };

function runner(...flags: string[]) {
  return runnerIn(environment, ...flags);
}

function runnerIn(env: NodeJS.ProcessEnv, ...flags: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, commandLine(...flags), {
    cwd: root,
    env,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

/** An environment in which, of the ports that are chosen for kernels, the first `taken` belong to another program by then. */
function withTakenPorts(taken: number): NodeJS.ProcessEnv {
  const modules = mkdtempSync(path.join(folder, 'python-'));
  writeFileSync(
    path.join(modules, 'sitecustomize.py'),
    `import socket, sys
if sys.orig_argv[-1].endswith("execute.py"):
    from jupyter_client.provisioning.local_provisioner import LocalPortCache
    choose, quicker = LocalPortCache.find_available_port, []
    def find(self, ip):
        port = choose(self, ip)
        if len(quicker) < ${taken}:
            quicker.append(socket.socket())
            quicker[-1].bind((ip, port))
            quicker[-1].listen()
        return port
    LocalPortCache.find_available_port = find
`,
  );
  return { ...environment, PYTHONPATH: modules };
}

/** Processes that belong to a run of ours: the kernels' connection files lie in this test's folder. */
function processes(): string[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,args='], { encoding: 'utf8', maxBuffer: 2 ** 26 });
  return table.split('\n').filter((line) => line.includes(path.join(folder, 'lstm-notebooks-')));
}

async function eventually(what: string, holds: () => boolean, seconds: number): Promise<void> {
  for (const until = Date.now() + seconds * 1000; Date.now() < until; ) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.fail(`after ${seconds} s still not so: ${what}`);
}

describe('the fixtures', () => {
  const json = path.join(folder, 'run.json');
  const junit = path.join(folder, 'run.xml');
  const html = path.join(folder, 'html');
  let run: ReturnType<typeof runner>;
  let results: Map<string, NotebookResult>;

  before(() => {
    const reports = ['--json', json, '--junit', junit, '--html', html];
    const folders = [path.join(fixtures, 'red'), path.join(fixtures, 'green')];
    run = runner(...folders, '--profile', 'quick', '--cell-timeout', '15', ...reports);
    const { notebooks } = JSON.parse(readFileSync(json, 'utf8')) as { notebooks: NotebookResult[] };
    results = new Map(notebooks.map((result) => [result.name, result]));
  });

  const red: Record<string, Partial<Failure>[]> = {
    '01-throw': [{ kind: 'error', cell: 2, line: 2, message: 'Error: thrown on line 2' }],
    '02-type-error': [
      { kind: 'error', cell: 1, line: 2, source: 'const three: number = "three";' },
      { kind: 'error', cell: 2, follows: 1 },
    ],
    '03-late-throw': [{ cell: 1, line: 1, message: 'Error: thrown by a timer' }],
    '04-late-throw-after-the-end': [{ cell: 1, line: 1, message: 'Error: thrown at the end' }],
    '05-unhandled-rejection': [{ cell: 1, line: 1, message: 'Error: nobody waits for this' }],
    '06-exit': [{ cell: 1 }],
    '07-endless-loop': [{ kind: 'timeout', cell: 2, message: 'the cell ran longer than 15 s' }],
    '08-claim-out-of-range': [
      { kind: 'claim', message: 'range.two = 2 is out of range: allowed is 3 to 4 (one and one)' },
    ],
    '09-claim-unmeasured': [{ kind: 'claim', message: 'never measured: nobody.measures' }],
    '10-stale-outputs': [{ kind: 'stored outputs' }],
  };

  for (const [name, expected] of Object.entries(red)) {
    test(`${name} goes red, for its reason`, () => {
      const result = results.get(name)!;
      assert.equal(result.passed, false);
      assert.equal(result.failures.length, expected.length, JSON.stringify(result.failures, null, 2));
      expected.forEach((failure, i) => assert.deepEqual({ ...result.failures[i], ...failure }, result.failures[i]));
    });
  }

  for (const name of ['51-good', '52-raises-exception', '53-skip-execution']) {
    test(`${name} passes`, () => assert.deepEqual(results.get(name)!.failures, []));
  }

  test('cells after a failing one still run', () => {
    assert.deepEqual(
      results.get('07-endless-loop')!.cells.map(({ status }) => status),
      ['ok', 'timeout', 'ok'],
    );
    assert.deepEqual(
      results.get('53-skip-execution')!.cells.map(({ status }) => status),
      ['skipped', 'ok'],
    );
  });

  test('time, memory, live tensors and claims are measured', () => {
    const good = results.get('51-good')!;
    assert.ok(good.megabytes > 700, `${good.megabytes} MB: one of its cells holds 400 MB`);
    assert.ok(good.seconds > 0 && good.cells.every((cell) => cell.seconds > 0));
    assert.ok(good.tensors! >= 1, 'the tensor that the notebook keeps');
    assert.deepEqual(
      good.claims.map(({ id, value, ok }) => ({ id, value, ok })),
      [{ id: 'good.sum', value: 6, ok: true }],
    );
  });

  test('exit code 1, and every failure on the terminal with its place', () => {
    assert.equal(run.status, 1, run.stderr);
    assert.match(run.stdout, /^✗ 01-throw, cell 2, line 2: Error: thrown on line 2\n {4}> throw new Error/m);
    assert.match(run.stdout, /^ {2}02-type-error, cell 2, line 1: follows from cell 1/m);
    assert.match(run.stdout, /^3 notebooks passed, 10 failed, in /m);
  });

  test('the JUnit report holds the failures', () => {
    const xml = readFileSync(junit, 'utf8');
    assert.match(xml, /<testsuite name="01-throw" tests="4" failures="1"/);
    assert.match(
      xml,
      /<testcase classname="01-throw" name="cell 2"[^>]*><failure type="error" message="Error: thrown on line 2">/,
    );
    assert.match(xml, /<testcase classname="53-skip-execution" name="cell 1"[^>]*><skipped\/>/);
    execFileSync(pythonIn(path.join(root, '.venv')), [
      '-c',
      'import sys, xml.dom.minidom as x; x.parse(sys.argv[1])',
      junit,
    ]);
  });

  test('executed copies and pages are saved, also of what failed', () => {
    for (const name of results.keys()) assert.ok(existsSync(path.join(html, `${name}.ipynb`)), name);
    assert.match(readFileSync(path.join(html, '01-throw.html'), 'utf8'), /thrown on line 2/);
    assert.match(readFileSync(path.join(html, 'index.html'), 'utf8'), /3 notebooks passed, 10 failed/);
  });

  test('no process is left', () => assert.deepEqual(processes(), []));
});

describe('a run that is stopped', () => {
  const loop = path.join(fixtures, 'red/07-endless-loop.ipynb');

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGKILL'] as const) {
    test(`${signal} leaves no kernel behind`, async () => {
      const child = spawn(process.execPath, commandLine(loop), { cwd: root, env: environment, stdio: 'ignore' });
      const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
      await eventually('a kernel runs', () => processes().length > 0, 60).finally(() => child.kill(signal));
      const code = await ended;
      if (signal !== 'SIGKILL') assert.equal(code, signal === 'SIGINT' ? 130 : 143);
      await eventually('no kernel runs', () => processes().length === 0, 15);
    });
  }
});

describe('a run that stores and is killed', () => {
  test('what passed before is stored', async () => {
    const passing = path.join(folder, '52-raises-exception.ipynb');
    const endless = path.join(folder, '07-endless-loop.ipynb');
    const notebook = readNotebook(path.join(fixtures, 'green/52-raises-exception.ipynb'));
    delete notebook.metadata.lstm_lab;
    writeNotebook(passing, notebook);
    copyFileSync(path.join(fixtures, 'red/07-endless-loop.ipynb'), endless);
    const flags = [passing, endless, '--write', '--jobs', '1'];
    const child = spawn(process.execPath, commandLine(...flags), { cwd: root, env: environment, stdio: 'ignore' });
    await eventually(
      'its outputs are there',
      () => staleness(readNotebook(passing)) === undefined && readNotebook(passing).metadata.lstm_lab !== undefined,
      60,
    ).finally(() => child.kill('SIGKILL'));
    await eventually('no kernel runs', () => processes().length === 0, 15);
  });
});

describe('a port that another program takes before the kernel binds it', () => {
  const notebook = path.join(fixtures, 'green/52-raises-exception.ipynb');

  test('costs another start', () => {
    const { status, stdout } = runnerIn(withTakenPorts(1), notebook, '--html', path.join(folder, 'taken'));
    assert.equal(status, 0, stdout);
  });

  test('is named when it happens again and again', () => {
    const { status, stdout } = runnerIn(withTakenPorts(100), notebook, '--html', path.join(folder, 'all-taken'));
    assert.equal(status, 1);
    assert.match(stdout, /the kernel ended before it had answered\s+.*Address already in use/);
  });
});

describe('a mistake on the command line', () => {
  test('an unknown notebook is answered with one sentence and exit code 2', () => {
    const { status, stderr } = runner('77-nowhere');
    assert.equal(status, 2);
    assert.match(stderr, /^There is no notebook called 77-nowhere\.[^\n]*\n$/);
  });

  test('a file that is no notebook is reported as such', () => {
    const { status, stdout } = runner(path.join(fixtures, 'broken.ipynb'), '--html', path.join(folder, 'broken'));
    assert.equal(status, 1);
    assert.match(stdout, /✗ broken: notebook: broken\.ipynb cannot be read as a notebook/);
  });
});
