/** The npm package as a stranger gets it: packed, unpacked beside nothing but what it declares, imported, trained, compiled against. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { transpileModule } from 'typescript';
import { npmCommand } from '../../lib/build-native/npm.mjs';

interface Manifest {
  bin: Record<string, string>;
  exports: Record<string, string | Record<string, string>>;
  dependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
  peerDependenciesMeta: Record<string, { optional?: boolean }>;
}

const root = path.resolve(__dirname, '../..');
const user = mkdtempSync(path.join(tmpdir(), 'lstm-package-'));
const installed = path.join(user, 'node_modules', 'lstm-lab');
after(() => rmSync(user, { recursive: true, force: true }));

/** Makes the package of another folder one of the user's. */
function link(name: string): void {
  const place = path.join(user, 'node_modules', name);
  mkdirSync(path.dirname(place), { recursive: true });
  symlinkSync(path.join(root, 'node_modules', name), place, 'junction');
}

const environment = { ...process.env, LSTM_LAB_BACKEND: undefined, NODE_PATH: undefined, NODE_OPTIONS: undefined };

/** Runs a program of the user's. */
function run(name: string, program: string, node = process.execPath) {
  writeFileSync(path.join(user, name), program);
  const ended = spawnSync(node, [name], { cwd: user, env: environment, encoding: 'utf8' });
  assert.equal(ended.status, 0, ended.stderr);
  return ended;
}

let tarball: string;
let manifest: Manifest;
let rooms: string[];
/** The TypeScript programs of a page. */
const programsOf = (page: string) =>
  [...readFileSync(path.join(root, 'lib', page), 'utf8').matchAll(/```ts\n([\s\S]*?)```/g)].map(
    ([, program]) => program,
  );
const migration = programsOf('MIGRATION.md');
const [example] = programsOf('README.md');

before(() => {
  const [npm, ...first] = npmCommand();
  execFileSync(npm, [...first, 'run', 'pack', '--', '--pack-destination', user], { cwd: root, stdio: 'pipe' });
  tarball = path.join(user, readdirSync(user).find((name) => name.endsWith('.tgz'))!);
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '-C', installed, '--strip-components', '1']);
  manifest = JSON.parse(readFileSync(path.join(installed, 'package.json'), 'utf8')) as Manifest;
  const { dependencies, peerDependencies, peerDependenciesMeta } = manifest;
  const required = Object.keys(peerDependencies).filter((name) => !peerDependenciesMeta[name]?.optional);
  [...Object.keys(dependencies), ...required].forEach(link);
  rooms = Object.keys(manifest.exports)
    .filter((place) => !/^\.$|json$/.test(place))
    .map((place) => place.slice(2));
});

describe('what it holds', () => {
  test('every file that its entry points name', () => {
    const targets = Object.values(manifest.exports).flatMap((to) =>
      typeof to === 'string' ? [to] : Object.values(to),
    );
    for (const target of targets) assert.ok(existsSync(path.join(installed, target)), target);
  });

  const filesOf = (folder: string) => readdirSync(folder, { recursive: true, encoding: 'utf8' });

  test('the modules of WebAssembly, named so that tools which gather the files of a deployment find them', () => {
    const from = path.join(installed, 'dist/backend/wasm.js');
    const named = [...readFileSync(from, 'utf8').matchAll(/require\.resolve\('(\.[^']+)'\)/g)].map(([, to]) =>
      path.resolve(path.dirname(from), to),
    );
    assert.deepEqual(
      named.filter((file) => existsSync(file)).map((file) => path.basename(file)),
      ['kernels-fma.wasm', 'kernels-simd.wasm'],
    );
  });

  test('no sources, nothing of the build', () => {
    const files = filesOf(installed);
    assert.deepEqual(
      files.filter((file) => /(?<!\.d)\.ts$|\.map$|\.tsbuildinfo$/.test(file)),
      [],
    );
    for (const name of ['README.md', 'LICENSE', 'CHANGELOG.md']) assert.ok(files.includes(name), name);
  });

  test('no room of the course, no sentence of an exercise or a claim', () => {
    const files = filesOf(installed).filter((file) => statSync(path.join(installed, file)).isFile());
    assert.deepEqual(
      files.filter((file) => /^dist[\\/](course|index\.)/.test(file)),
      [],
    );
    const exercises = path.join(root, 'lib/course/exercises');
    const sentences = [
      ...filesOf(exercises).flatMap(
        (file) => readFileSync(path.join(exercises, file), 'utf8').match(/'[^'\n]{50,}'/g)!,
      ),
      ...[...readFileSync(path.join(root, 'notebooks/claims.json'), 'utf8').matchAll(/"text": ("[^"]{40,}")/g)].map(
        ([, text]) => text,
      ),
    ].map((quoted) => quoted.slice(1, -1));
    assert.ok(sentences.length > 200, String(sentences.length));
    const packed = files.map((file) => readFileSync(path.join(installed, file), 'utf8')).join('\n');
    assert.deepEqual(
      sentences.filter((sentence) => packed.includes(sentence)),
      [],
    );
  });
});

describe('in a program beside nothing but what it declares', () => {
  test('the README trains, as a module and without a word of warning', () => {
    const { stdout, stderr } = run(
      'readme.mjs',
      `${example}\nimport { backendInfo } from 'lstm-lab';\nconsole.log(backendInfo().name);`,
    );
    assert.match(stdout, /0\.\d+\nwasm\n$/);
    assert.doesNotMatch(stderr, /lstm-lab:|rror/);
  });

  // LSTM_TEST_NODES names other versions of Node to be tried: their programs, with the delimiter of PATH between them.
  for (const node of process.env.LSTM_TEST_NODES?.split(path.delimiter) ?? [])
    test(`the README trains with ${node}, and CommonJS gets the same`, () => {
      const { stdout, stderr } = run('node.mjs', `${example}\nconsole.log(process.version);`, node);
      assert.match(stdout, /0\.\d+\nv\d+\.\d+\.\d+\n$/);
      assert.doesNotMatch(stderr, /lstm-lab:|rror/);
      const required = `const { torch, tf } = require('lstm-lab');
        const [out] = new torch.LSTM({ inputSize: 3, hiddenSize: 4 }).forward(tf.ones([5, 2, 3]));
        require('node:assert').deepEqual([out.shape, require('lstm-lab/torch').LSTM], [[5, 2, 4], torch.LSTM]);`;
      assert.equal(run('node.cjs', required, node).stderr, '');
    });

  test('its rooms are the same, by import and by require', () => {
    const names = rooms.filter((room) => room !== 'browser').map((room) => `'lstm-lab/${room}'`);
    run(
      'rooms.mjs',
      `
      import assert from 'node:assert/strict';
      import { createRequire } from 'node:module';
      import * as whole from 'lstm-lab';
      assert.ok(!('course' in whole));
      const require = createRequire(import.meta.url);
      for (const name of [${names.join()}]) {
        const own = whole[name.split('/')[1]] ?? await import(name); // export loads only when it is asked for
        const [room, required] = [await import(name), require(name)];
        assert.ok(Object.keys(own).length > 0, name);
        for (const key of Object.keys(own).filter((key) => key !== 'default' && key !== 'module.exports')) assert.ok(own[key] === room[key] && own[key] === required[key], name + ' ' + key);
      }`,
    );
  });

  test('its command takes a model from Keras to ONNX', () => {
    const from = path.join(root, 'tests/export/fixtures/keras/classifier-3.keras');
    const command = path.join(installed, manifest.bin['lstm-lab']);
    const ended = spawnSync(process.execPath, [command, 'convert', from, 'model.onnx'], {
      cwd: user,
      env: environment,
      encoding: 'utf8',
    });
    assert.equal(ended.stdout, 'model.onnx: 6 layers, 343 parameters, as ONNX.\n', ended.stderr);
    assert.ok(existsSync(path.join(user, 'model.onnx')));
  });

  test('the page for those who come from elsewhere runs, in its order', () => {
    copyFileSync(
      path.join(root, 'tests/export/fixtures/keras/classifier-3.keras'),
      path.join(user, 'classifier.keras'),
    );
    /** What is true at the end of each program. */
    const checks = [
      `assert.deepEqual(stock.outputs[0].shape, [null, 1]);`,
      `assert.equal(history.last('loss') < 0.8, true);
       model.setWeights(saved.getWeights());
       const [own, stocks] = [model, saved].map((one) => one.predict(x).dataSync());
       own.forEach((value, k) => assert.ok(Math.abs(value - stocks[k]) < 1e-6));`,
      `assert.equal(model.countParams(), 343);
       assert.deepEqual((await fromKeras('again.keras')).getWeights().map(String), model.getWeights().map(String));`,
      `assert.deepEqual(predicted.shape, [64, 1]);
       assert.deepEqual(Object.keys(history.metrics), ['loss', 'val_loss']);`,
      `assert.ok(losses[4] < losses[0], String(losses));
       assert.deepEqual(other.forward(x).dataSync(), module.forward(x).dataSync());`,
    ];
    assert.equal(migration.length, checks.length);
    for (const [k, program] of migration.entries()) {
      const { outputText } = transpileModule(program, { compilerOptions: { target: 9, module: 99 } });
      run(`migration-${k}.mjs`, `import assert from 'node:assert/strict';\n${outputText}\n${checks[k]}`);
    }
  });

  test('where native TensorFlow cannot be loaded it names the command that a stranger has', () => {
    const broken = path.join(user, 'node_modules/@tensorflow/tfjs-node-gpu');
    mkdirSync(broken);
    writeFileSync(path.join(broken, 'package.json'), '{ "version": "4.22.0", "main": "index.js" }');
    writeFileSync(path.join(broken, 'index.js'), "throw new Error('no binding here');");
    const { stderr } = run('broken.cjs', "require('lstm-lab');");
    rmSync(broken, { recursive: true });
    assert.match(stderr, /^lstm-lab: .*\(no binding here\).*`npx lstm-lab doctor` says what to do\.\n$/);
  });

  test('what needs more says which command installs it', () => {
    const { stdout } = run(
      'more.cjs',
      `
      const { plot, data } = require('lstm-lab');
      const say = (error) => console.log(error.message);
      const figure = plot.line({ title: 'a', x: { title: 'x' }, y: { title: 'y' }, series: [{ name: 'a', y: [1, 2] }] });
      figure.toPNG().then(console.log, say);
      require('node:fs').writeFileSync('a.csv', 'n\\n1\\n');
      try { data.readCSV('a.csv', { n: 'number' }).frame; } catch (error) { say(error); }`,
    );
    assert.match(stdout, /A static picture of a figure needs .*npm install jsdom @napi-rs\/canvas @resvg\/resvg-js/);
    assert.match(stdout, /A polars frame needs nodejs-polars.*npm install nodejs-polars/);
  });
});

describe('a strict program that imports all its rooms compiles, declarations checked as well', () => {
  before(() => {
    ['typescript', '@types/node'].forEach(link);
    const imports = rooms.map((room) => `import * as ${room}Room from 'lstm-lab/${room}';`);
    const names = rooms.map((room) => `${room}Room`);
    migration.forEach((program, k) => writeFileSync(path.join(user, `migration-${k}.mts`), program));
    writeFileSync(
      path.join(user, 'rooms.mts'),
      `${example}\n${imports.join('\n')}\nexport const all = [${names.join(', ')}];\nexport const same: typeof train.fit = trainRoom.fit;\nvoid history.last('loss').toFixed(2);
// @ts-expect-error -- the course is not of the package
import { course } from 'lstm-lab';`,
    );
  });

  for (const [resolution, module] of [
    ['node16', 'node16'],
    ['nodenext', 'nodenext'],
    ['bundler', 'preserve'],
  ])
    test(`as ${resolution} resolves modules`, () => {
      const flags = ['--noEmit', '--strict', '--target', 'es2022', '--skipLibCheck', 'false'];
      const { stdout } = spawnSync(
        process.execPath,
        [
          path.join(root, 'node_modules/typescript/bin/tsc'),
          ...[
            ...flags,
            '--module',
            module,
            '--moduleResolution',
            resolution,
            'rooms.mts',
            ...migration.map((_, k) => `migration-${k}.mts`),
          ],
        ],
        { cwd: user, encoding: 'utf8' },
      );
      const errors = stdout.split('\n').filter((line) => /error TS/.test(line));
      assert.deepEqual(
        errors.filter((line) => !/@tensorflow[\\/]tfjs/.test(line)),
        [],
      );
    });
});

test('publint and Are The Types Wrong find nothing in the tarball', () => {
  const check = path.join(root, 'scripts/package/check.mjs');
  assert.equal(execFileSync(process.execPath, [check, tarball], { encoding: 'utf8' }), '');
});
