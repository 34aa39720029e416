/** JupyterLab, nbclient and TensorFlow in `.venv`: exact versions, each file held to its hash, no build scripts. */
import fs from 'node:fs';
import path from 'node:path';
import { runCommand } from '../command.mjs';
import { SetupFailure, packageWithoutWheel } from '../failure.mjs';
import { which, pythonEnvironment } from '../../../lib/build-native/python.mjs';
import { installedPackages, venvPython } from '../python.mjs';
import { isOnlyForTensorFlow, unconditional, withoutTensorFlow } from '../requirements.mjs';
import { digest } from '../../../lib/build-native/stamp.mjs';
import { stampVenv, venvStamp, wantsGpu } from './python-environment.mjs';

const NEEDED = ['jupyterlab', 'nbclient', 'nbconvert', 'plotly'];

const requirementsFile = (context) =>
  path.join(context.root, wantsGpu(context) ? 'requirements-gpu.txt' : 'requirements.txt');

async function install(context, file) {
  const python = venvPython(context.root);
  const uv = which('uv');
  const flags = ['--require-hashes', '--only-binary', ':all:', '-r', file];
  const env = pythonEnvironment();
  if (uv) return runCommand(context, uv, ['pip', 'install', '--python', python, ...flags], { env });
  // An environment that uv made has no pip.
  if (!installedPackages(context.root).has('pip')) await runCommand(context, python, ['-m', 'ensurepip'], { env });
  return runCommand(context, python, ['-m', 'pip', 'install', '--no-input', '--progress-bar', 'off', ...flags], {
    env,
  });
}

/** What the requirements ask for on every platform and the environment does not hold; TensorFlow where it was installed. */
function missingPackages(context, { tensorflow }) {
  const text = fs.readFileSync(requirementsFile(context), 'utf8');
  const installed = installedPackages(context.root);
  const missing = unconditional(tensorflow ? text : withoutTensorFlow(text)).filter(
    ({ name, version }) => installed.get(name) !== version,
  );
  const hasTensorFlow = installed.has('tensorflow') || installed.has('tensorflow-cpu');
  return [...missing.map(({ name }) => name), ...(tensorflow && !hasTensorFlow ? ['tensorflow'] : [])];
}

/** Installs all, or, where there is no wheel of TensorFlow or of what only it needs, all but TensorFlow. */
async function installWhatThereIs(context, file) {
  try {
    await install(context, file);
  } catch (failure) {
    const requirements = fs.readFileSync(file, 'utf8');
    const name = packageWithoutWheel(failure.output ?? '');
    if (wantsGpu(context) || !name || !isOnlyForTensorFlow(requirements, name)) throw failure;
    const rest = path.join(context.scratch, 'requirements-without-tensorflow.txt');
    fs.writeFileSync(rest, withoutTensorFlow(requirements));
    await install(context, rest);
  }
}

/** Which modules the environment finds, without importing them. */
async function modulesFound(context, modules) {
  const look = `import importlib.util as u, json; print(json.dumps([m for m in ${JSON.stringify(modules)} if u.find_spec(m)]))`;
  const printed = await runCommand(context, venvPython(context.root), ['-c', look], { env: pythonEnvironment() });
  return JSON.parse(printed.trim().split('\n').at(-1));
}

export const pythonPackagesStep = {
  name: 'Python packages',
  state(context) {
    const stamp = venvStamp(context.root);
    if (!stamp.requirements) return { done: false, why: 'JupyterLab and TensorFlow are not installed' };
    if (stamp.requirements !== digest(context.root, [requirementsFile(context)])) {
      return { done: false, why: `${path.basename(requirementsFile(context))} has changed` };
    }
    const missing = missingPackages(context, stamp);
    if (missing.length > 0) return { done: false, why: `.venv lacks ${missing.slice(0, 3).join(', ')}` };
    return {
      done: true,
      note: stamp.tensorflow ? undefined : 'without TensorFlow: there is no wheel for this platform',
    };
  },
  async run(context) {
    const { root } = context;
    const file = requirementsFile(context);
    if (wantsGpu(context) && process.platform !== 'linux') {
      throw new SetupFailure({
        cause: 'TensorFlow has CUDA only on Linux (and in WSL2 on Windows)',
        cure: 'Run `npm run setup -- --cpu` here, or set up inside WSL2.',
      });
    }
    stampVenv(root, { gpu: wantsGpu(context), requirements: undefined, atWork: true });
    try {
      await installWhatThereIs(context, file);
    } finally {
      // Reached also when pip gave up by itself, which leaves the environment whole; not reached when it was killed.
      stampVenv(root, { atWork: undefined });
    }
    const found = await modulesFound(context, [...NEEDED, 'tensorflow']);
    const missing = NEEDED.filter((module) => !found.includes(module));
    if (missing.length > 0) {
      throw new SetupFailure({
        cause: `pip ended well, and yet ${missing.join(', ')} cannot be imported`,
        cure: 'Delete .venv and run the same command again.',
      });
    }
    stampVenv(root, { requirements: digest(root, [file]), tensorflow: found.includes('tensorflow') });
  },
};
