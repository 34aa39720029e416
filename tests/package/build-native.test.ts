/**
 * `lstm-lab build-native` in a project of a stranger's: the packed package and what it asks for. The operations that set-up has compiled are
 * taken over, so that only the rest is compiled; skipped where set-up could not build the binding.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { npmCommand } from '../../lib/build-native/npm.mjs';
import { bindingState } from '../../scripts/setup/binding.mjs';

const root = path.resolve(__dirname, '../..');
const user = mkdtempSync(path.join(tmpdir(), 'lstm-native-'));
const modules = path.join(user, 'node_modules');
after(() => rmSync(user, { recursive: true, force: true }));

const readJson = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as Record<string, Record<string, string>>;

/** Makes packages of the project the user's as well. */
function link(names: string[]): void {
  for (const name of names) {
    mkdirSync(path.dirname(path.join(modules, name)), { recursive: true });
    symlinkSync(path.join(root, 'node_modules', name), path.join(modules, name), 'junction');
  }
}

function run(argv: string[], env: NodeJS.ProcessEnv = {}) {
  const surroundings = { ...process.env, LSTM_LAB_BACKEND: undefined, NODE_PATH: undefined, NODE_OPTIONS: undefined };
  return spawnSync(process.execPath, argv, { cwd: user, env: { ...surroundings, ...env }, encoding: 'utf8' });
}

const command = ['node_modules/lstm-lab/bin/lstm-lab.cjs', 'build-native'];

before(() => {
  const [npm, ...first] = npmCommand();
  execFileSync(npm, [...first, 'run', 'pack', '--', '--pack-destination', user], { cwd: root, stdio: 'pipe' });
  const tarball = path.join(user, readdirSync(user).find((name) => name.endsWith('.tgz'))!);
  const installed = path.join(modules, 'lstm-lab');
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '-C', installed, '--strip-components', '1']);
  writeFileSync(path.join(user, 'package.json'), '{ "private": true }');
  link([
    ...Object.keys(readJson(path.join(installed, 'package.json')).dependencies),
    '@tensorflow/tfjs',
    '@tensorflow/tfjs-core',
  ]);
  const tfjsNode = path.join(modules, '@tensorflow/tfjs-node-gpu');
  const isBuilt = (file: string) => path.basename(file) === 'napi-v8';
  const own = path.join(root, 'node_modules/@tensorflow/tfjs-node-gpu');
  cpSync(own, tfjsNode, { recursive: true, filter: (file) => !isBuilt(file) });
  link(
    Object.keys(readJson(path.join(own, 'package.json')).dependencies).filter((name) => name !== '@tensorflow/tfjs'),
  );
});

test('says why it cannot build', () => {
  const noCompiler = run(command, { PATH: user, CXX: '' });
  assert.match(
    noCompiler.stderr,
    /there is no C\+\+ compiler\. Get one: .*\nThe fast tier is not built; WebAssembly computes\.\n$/,
  );
  assert.equal(noCompiler.status, 1);
  assert.match(
    run([...command, '--python', user]).stderr,
    /lstm-native-.* is no Python with TensorFlow\. Name the folder/,
  );
  assert.match(run([...command, '--pyton', user]).stderr, /no flag --pyton; did you mean "python"/);
});

test('asks for the TensorFlow that the course is tested with', () => {
  const blocks = readFileSync(path.join(root, 'requirements.txt'), 'utf8').split(/\n(?=\S)/);
  const wanted = blocks.filter((block) => /^tensorflow(-cpu)?==/.test(block));
  const hashes = wanted.map((block) => block.replace(/\n +#.*/g, ''));
  assert.equal(
    readFileSync(path.join(root, 'lib/build-native/tensorflow.txt'), 'utf8').trim(),
    hashes.join('\n').trim(),
  );
});

describe('with a compiler and a TensorFlow', async () => {
  const { done, nativeOps, note } = await bindingState({ root });
  test(
    'trains to the numbers of WebAssembly',
    { skip: !(done && nativeOps) && `set-up has no binding: ${note}` },
    () => {
      writeFileSync(
        path.join(user, 'train.mjs'),
        `
      import { tf, layers, train, backendInfo } from 'lstm-lab';
      train.seed(1);
      const model = tf.sequential({
        layers: [
          layers.embedding({ inputDim: 1000, outputDim: 32, maskZero: true }),
          layers.bidirectional({ layer: layers.lstm({ units: 16 }) }),
          layers.dense({ units: 1, activation: 'sigmoid' }),
        ],
      });
      model.compile({ optimizer: train.adam(), loss: 'binaryCrossentropy' });
      const x = tf.randomUniform([64, 20], 0, 1000, 'int32', 7);
      const y = tf.randomUniform([64], 0, 2, 'int32', 8);
      const history = await train.fit(model, x, y, { epochs: 3, verbose: 0 });
      console.log(JSON.stringify({ ...backendInfo(), losses: history.metrics.loss }));`,
      );
      interface Trained {
        name: string;
        nativeOps: boolean;
        losses: number[];
      }
      const trained = (env: NodeJS.ProcessEnv): Trained => {
        const { stdout, stderr } = run(['train.mjs'], env);
        assert.match(stdout, /^\{.*\}$/m, stderr);
        return JSON.parse(stdout) as Trained;
      };
      cpSync(path.join(root, '.cache/binding'), path.join(modules, '.cache/lstm-lab/objects'), { recursive: true });
      const wasm = trained({ LSTM_LAB_BACKEND: 'wasm' });
      const built = run([...command, '--python', path.join(root, '.venv')]);
      assert.equal(built.status, 0, built.stdout + built.stderr);
      assert.match(
        built.stdout,
        /linking tfjs_binding\.node[\s\S]*on native TensorFlow 2\.\d+\.\d+, this library's own operations/,
      );
      const native = trained({});
      assert.equal(native.name, 'native');
      assert.ok(native.nativeOps);
      native.losses.forEach((loss, epoch) => assert.ok(Math.abs(loss - wasm.losses[epoch]) < 1e-5, `${loss}`));
      assert.doesNotMatch(run([...command, '--python', path.join(root, '.venv')]).stdout, /compiling|linking/);
    },
  );
});
