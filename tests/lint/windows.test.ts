/** What would break on Windows is refused, and whatever differs there is known by name: a new place must be looked at before it is committed. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, test } from 'node:test';
import { ESLint } from 'eslint';
import { inventory, kindsIn, kindsInPython, type Kind } from './windows-inventory';

const root = path.resolve(__dirname, '../..');

/** Why each file that starts or ends processes, makes links or takes paths apart is right on Windows, and where that was tested. */
const known: Record<string, Partial<Record<Kind, string>>> = {
  'lib/files.ts': {
    link: 'a link is followed; where there are none nothing is',
    path: 'path.sep: fileInside, tests/export/safety and tests/mends/file-urls',
    signal: 'signal 0 asks whether a process is there; Windows answers too',
  },
  'lib/build-native/binding.mjs': { link: 'not on Windows', path: 'not on Windows: whyWithout, tests/setup/windows' },
  'lib/build-native/main.mjs': { process: 'refuses on Windows before it starts anything; see main' },
  'lib/build-native/npm.mjs': { path: 'tests/setup/windows: npm' },
  'lib/build-native/python.mjs': {
    path: 'tests/setup/windows: programs on the PATH',
    process: 'files of which, and py.exe',
  },
  'lib/build-native/stamp.mjs': { path: 'names in a hash that no other machine sees' },
  'lib/cli/build-native.ts': { process: 'Node itself' },
  'lib/cli/serve.ts': { signal: 'signalsOf, tests/cli/serve' },
  'lib/course/browser-program.ts': { path: 'tests/course/browser-program' },
  'lib/course/python.ts': { process: 'the file of pythonIn' },
  'lib/data/archive.ts': { path: 'names in an archive have slashes everywhere' },
  'lib/data/registry.ts': { process: 'needsShell and pythons, tests/data/registry' },
  'lib/export/zip.ts': { path: 'a name of either kind that climbs is refused, tests/export' },
  'lib/mends/second-copy.ts': { path: 'both separators' },
  'lib/serve/pool.ts': { signal: 'ends workers, by number' },
  'lib/serve/worker.ts': { signal: 'hears them and does nothing' },
  'lib/serve/worker-process.ts': { process: 'Node itself', signal: 'SIGKILL ends a process there too' },
  'scripts/bench/contender.ts': { process: 'Node, and the file of pythonIn', signal: 'ends one process' },
  'scripts/bench/main.ts': { process: 'Node itself' },
  'scripts/bench/measure.ts': { process: 'Node, and the file of pythonIn' },
  'scripts/bench/peers.ts': { process: 'files of findPython, which and pythonIn' },
  'scripts/bench/report.ts': { process: 'nvidia-smi, which may be missing' },
  'scripts/bench/serving/model.ts': { process: 'Node itself' },
  'scripts/bench/serving/servers.ts': { process: 'Node, and the file of pythonIn', signal: 'ends one process' },
  'scripts/book/book.ts': { process: 'the file of pythonIn' },
  'scripts/book/main.ts': { path: 'shown to a reader' },
  'scripts/book/page.ts': { path: 'addresses, with posix' },
  'scripts/figures/main.ts': { path: 'shown to a reader' },
  'scripts/interruption.mjs': { signal: 'signalsOf, tests/setup/windows' },
  'scripts/kernel/cells-process.ts': {
    process: 'Node itself, with ownGroup',
    signal: 'endGroup, tests/kernel/platform',
  },
  'scripts/kernel/main.ts': { signal: 'interrupts come as messages; Ctrl-C and a closed window as SIGINT and SIGHUP' },
  'scripts/kernel/platform.js': { signal: 'tests/kernel/platform' },
  'scripts/kernel/cells/local-modules.ts': { path: 'tests/kernel/platform: a notebook in a folder of Windows' },
  'scripts/kernel/cells/main.ts': { signal: 'endOwnGroup, tests/kernel/platform' },
  'scripts/kernel/cells/modules.ts': { path: 'path.delimiter in NODE_PATH' },
  'scripts/kernel/cells/stack.ts': { path: 'path.sep, and both separators' },
  'scripts/kernel/cells/watchdog.ts': { signal: 'canInterruptItself, endOwnGroup, tests/kernel/platform' },
  'scripts/kernel/compile/specifiers.ts': { path: 'tests/kernel/platform: imports a file by its drive' },
  'scripts/lint/file-names.ts': { path: 'both separators' },
  'scripts/lint/imports.ts': { path: 'path.sep, and both separators' },
  'scripts/lint/lesson/lesson.ts': { path: 'shown to a reader' },
  'scripts/lint/lesson/links.ts': { path: 'isAbsolute of an address; shown to a reader' },
  'scripts/lint/lesson/solutions.ts': { path: 'shown to a reader' },
  'scripts/lint/lessons.ts': { path: 'shown to a reader' },
  'scripts/lint/main.ts': { path: 'shown to a reader' },
  'scripts/lint/spelling.ts': { path: 'shown to a reader', process: 'Node itself' },
  'scripts/notebooks/claims-table.ts': { path: 'shown to a reader' },
  'scripts/notebooks/execute.py': {
    process: 'kernel_options, tests/notebooks/windows',
    signal: 'on_stop_signals, tests/notebooks/windows',
  },
  'scripts/notebooks/executor.ts': {
    process: 'the file of pythonIn, with ownGroup',
    signal: 'endGroup; sweep, tests/setup/windows',
  },
  'scripts/notebooks/machine-path.ts': { path: 'tests/notebooks/machine-path' },
  'scripts/notebooks/main.ts': { path: 'shown to a reader' },
  'scripts/package/browser.mjs': { path: 'path.sep; names that esbuild gives back have slashes' },
  'scripts/package/pack.mjs': { process: 'npm, as npmCommand starts it' },
  'scripts/setup/children.mjs': { process: 'with ownGroup', signal: 'endGroup, tests/kernel/platform' },
  'scripts/setup/command.mjs': { path: 'both separators' },
  'scripts/setup/diagnosis.mjs': { process: 'Node itself, and programs that which has found' },
  'scripts/setup/jupyter.mjs': {
    path: 'path.delimiter in JUPYTER_CONFIG_PATH',
    process: 'the file of pythonIn, with ownGroup',
    signal: 'askToStop, tests/setup/windows',
  },
  'scripts/setup/lock.mjs': { process: 'ps, not on Windows: startOf knows nothing there' },
  'scripts/setup/steps/compiled.mjs': { path: 'shown to a reader, and joined again' },
  'scripts/setup/steps/python-environment.mjs': { link: 'the name of python.exe says nothing, and is not taken to' },
  'scripts/test/main.mjs': { process: 'Node itself' },
  'scripts/test/reporter.mjs': { path: 'shown to a reader' },
  'scripts/test/stages.ts': { process: 'Node itself, with ownGroup', signal: 'endGroup, tests/kernel/platform' },
  'scripts/wasm/build.mjs': { process: 'the file of findPython' },
};

test('every place that differs on Windows is known, and none is known that is gone', () => {
  const found = inventory(root, ['lib', 'scripts']);
  const list = (entries: [string, Kind[]][]) =>
    entries.flatMap(([file, kinds]) => kinds.map((kind) => `${file}: ${kind}`)).sort();
  assert.deepEqual(
    list(Object.entries(found)),
    list(Object.entries(known).map(([file, why]) => [file, Object.keys(why) as Kind[]])),
    'look at what the new place does on Windows, test it with a platform or path of its own, and add it to the list here',
  );
});

test('the inventory sees each kind, and nothing of other things of the same name', () => {
  const cases: [string, Kind[]][] = [
    ['spawn(file);', ['process']],
    ['execFileSync(file);', ['process']],
    ['child.kill();', ['signal']],
    ["process.on('SIGTERM', stop);", ['signal']],
    ['for (const signal of signals) process.once(signal, stop);', ['signal']],
    ['fs.symlinkSync(a, b);', ['link']],
    ['name.split(path.sep);', ['path']],
    ['on.path.normalize(name);', ['path']],
    ['/[\\\\/]/.test(name);', ['path']],
    ['path.join(a, b); pattern.exec(text); vector.normalize(); run(valueOf);', []],
  ];
  for (const [code, kinds] of cases) assert.deepEqual(kindsIn(code), kinds, code);
  assert.deepEqual(kindsInPython('signal.signal(signal.SIGINT, stop)\nsubprocess.run([])'), ['process', 'signal']);
  assert.deepEqual(kindsInPython('signal.Signals(9).name'), []);
});

describe('what breaks on Windows is refused', () => {
  const eslint = new ESLint({ cwd: root });
  const refused: [code: string, why: RegExp][] = [
    ["export const folder = '/tmp/x';", /os\.tmpdir/],
    ["export const python = '.venv/bin/python';", /Scripts/],
    ['export const file = new URL(import.meta.url).pathname;', /fileURLToPath/],
    ["process.kill(-pid, 'SIGTERM');", /process groups/],
    ["spawn('npm', ['ci']);", /npm-cli\.js/],
    ['fs.rmSync(folder, { recursive: true });', /removeFolder/],
    ['fs.renameSync(half, file);', /renamePatiently/],
    ['spawn(program, [], { shell: true });', /start the program itself/],
    ['execSync(command);', /start the program itself/],
    ['spawn(program, [], { detached: true });', /ownGroup/],
    ['export const it = await import(file);', /pathToFileURL/],
    ["export const parts = path.relative(root, file).split('/');", /path\.sep/],
    ['export const home = process.env.HOME;', /os\.homedir/],
    ['export const root = process.getuid() === 0;', /getuid\?/],
  ];
  for (const [code, why] of refused)
    test(code, async () => {
      const [{ messages }] = await eslint.lintText(`${code}\n`, { filePath: path.join(root, 'scripts/new-thing.mjs') });
      const found = messages.filter(({ ruleId }) => ruleId === 'no-restricted-syntax');
      assert.equal(found.length, 1);
      assert.match(found[0].message, why);
    });

  test('and what does the same everywhere is not', async () => {
    const code = [
      'fs.rmSync(file, { force: true });',
      "export const it = await import('./a.mjs');",
      "export const parts = name.split('/');",
      'export const root = process.getuid?.() === 0;',
      "export const place = path.join(os.tmpdir(), 'x').split(path.sep);",
    ].join('\n');
    const [{ messages }] = await eslint.lintText(`${code}\n`, { filePath: path.join(root, 'scripts/new-thing.mjs') });
    assert.deepEqual(
      messages.filter(({ ruleId }) => ruleId === 'no-restricted-syntax'),
      [],
    );
  });
});
