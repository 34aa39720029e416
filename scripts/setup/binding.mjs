/**
 * The N-API binding of @tensorflow/tfjs-node-gpu, compiled against the TensorFlow of the project's .venv, with the operations of
 * lib/native linked into it. (The package's own installer downloads a TensorFlow from a host that is often unreachable.)
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startChild } from './children.mjs';
import { sitePackages } from './python.mjs';
import { digest, filesBelow, readJson, writeJson } from './stamp.mjs';

const mac = process.platform === 'darwin';

/** Not an operation: a library of its own that must be initialised before TensorFlow is. */
const QUIET_START = 'quiet_start.cc';

/** Stands in front of the binding's own sources, so that a call can be given to the processor although there is a card. */
const DEVICE_HEADER = 'device.h';

/** Everything that the binding is made of and where it goes; undefined where a part is missing. */
function parts(root) {
  const packages = path.join(root, 'node_modules');
  const tfjs = path.join(packages, '@tensorflow', 'tfjs-node-gpu');
  const headers = path.join(packages, 'node-api-headers', 'include');
  const tensorflow = tensorflowFolder(root);
  const native = path.join(root, 'lib', 'native');
  const output = path.join(tfjs, 'lib', 'napi-v8', 'tfjs_binding.node');
  const quiet = path.join(path.dirname(output), mac ? 'liblstm_lab_quiet.dylib' : 'liblstm_lab_quiet.so');
  return {
    tfjs,
    headers,
    tensorflow,
    native,
    output,
    quiet,
    stamp: path.join(path.dirname(output), 'binding-state.json'),
    objects: path.join(root, '.cache', 'binding'),
  };
}

function tensorflowFolder(root) {
  const folder = path.join(sitePackages(root) ?? '', 'tensorflow');
  return fs.existsSync(path.join(folder, 'include', 'tensorflow')) ? folder : undefined;
}

const sources = (folder) => filesBelow(folder, '.cc');
const headersOf = (folder) => filesBelow(folder, '.h');

/** A source and the headers beside it that it includes, directly or not. */
function withHeaders(file, seen = new Set()) {
  if (seen.has(file) || !fs.existsSync(file)) return seen;
  seen.add(file);
  for (const [, name] of fs.readFileSync(file, 'utf8').matchAll(/^#include "([^"/]+)"/gm)) {
    withHeaders(path.join(path.dirname(file), name), seen);
  }
  return seen;
}

/** What the compiler's `-march=native` depends on: a binding made for another processor could end the process. */
function processor() {
  let flags = '';
  try {
    flags = /^(?:flags|Features)\s*:.*$/m.exec(fs.readFileSync('/proc/cpuinfo', 'utf8'))?.[0] ?? '';
  } catch {
    // only Linux has it
  }
  return `${process.platform} ${process.arch} ${os.cpus()[0]?.model} ${flags}`;
}

function tensorflowVersion(tensorflow) {
  if (!tensorflow) return undefined;
  const found = fs
    .readdirSync(path.dirname(tensorflow))
    .map((name) => /^tensorflow(?:_cpu)?-(\d[^-]*)\.dist-info$/.exec(name));
  return found.find(Boolean)?.[1];
}

/**
 * Whether the binding is there and still made of what the project now holds; fast, starts no process.
 * @param {{ root: string }} where
 * @returns {Promise<{ done: boolean, digest: string, note?: string, nativeOps?: boolean, without?: string[], tensorflow?: string }>}
 *   `without`: the native operations that did not compile here
 */
export async function bindingState({ root }) {
  const { tfjs, native, stamp, tensorflow } = parts(root);
  const version = tensorflowVersion(tensorflow);
  const files = [
    ...filesBelow(path.join(tfjs, 'binding'), '.cc'),
    ...filesBelow(path.join(tfjs, 'binding'), '.h'),
    ...sources(native),
    ...headersOf(native),
    path.join(root, 'scripts', 'setup', 'binding.mjs'),
  ];
  const hash = createHash('sha256')
    .update(`${digest(root, files)} ${version} ${processor()} ${process.env.CXX ?? ''}`)
    .digest('hex');
  const made = readJson(stamp);
  if (made?.digest !== hash || JSON.stringify(made.sizes) !== JSON.stringify(sizes(root)))
    return { done: false, digest: hash };
  const { nativeOps, without } = made;
  const operations = !nativeOps
    ? 'without native operations'
    : without.length > 0
      ? `native operations without ${without.join(', ')}`
      : 'native operations';
  const note = `TensorFlow ${version}, ${operations}`;
  return { done: true, digest: hash, note, nativeOps, without, tensorflow: version };
}

/** How large the linked files are: one that is gone or cut off is not what was built. */
function sizes(root) {
  const { output, quiet } = parts(root);
  return [output, quiet].map((file) => fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0);
}

/** The operations that a source of lib/native registers. */
const operationsOf = (file) =>
  [...fs.readFileSync(file, 'utf8').matchAll(/^REGISTER_OP\("(\w+)"\)/gm)].map(([, name]) => name);

/**
 * Compiles and links the binding; files of lib/native that do not compile are left out, and `log` says so.
 * @param {{ root: string, scratch: string, log(line: string): void }} context
 * @returns {Promise<{ nativeOps: boolean, without: string[] }>}
 * @throws {Error} with the compiler's words when the binding itself cannot be built
 */
export async function buildBinding(context) {
  const { root, log } = context;
  const { tfjs, headers, tensorflow, native, output, quiet: quietLibrary, stamp, objects } = parts(root);
  const run = (file, args) => runCompiler(context, file, args);
  if (!tensorflow)
    throw new Error('TensorFlow is not in .venv: the binding is compiled against its headers and libraries');
  if (!fs.existsSync(headers)) throw new Error('the npm package node-api-headers is not installed');
  const compiler = await findCompiler(run);
  fs.mkdirSync(objects, { recursive: true });
  fs.mkdirSync(path.dirname(output), { recursive: true });

  // The flags of tf.sysconfig.get_compile_flags().
  const shared = [
    '-std=c++17',
    '-fPIC',
    '-w',
    `-I${tensorflow}/include`,
    '-D_GLIBCXX_USE_CXX11_ABI=1',
    '-DEIGEN_MAX_ALIGN_BYTES=64',
  ];
  const deviceHeader = path.join(native, DEVICE_HEADER);
  const napi = [
    ...shared,
    '-O2',
    '-DNAPI_VERSION=8',
    '-DNODE_GYP_MODULE_NAME=tfjs_binding',
    `-I${headers}`,
    '-DLSTM_LAB_BINDING',
    '-include',
    deviceHeader,
  ];
  // Hidden: TensorFlow carries the same Eigen templates, compiled for another processor, and must keep its own.
  const tuned = [
    ...shared,
    '-O3',
    '-fvisibility=hidden',
    '-fvisibility-inlines-hidden',
    ...(await processorFlags(compiler, run)),
  ];

  const bindingFiles = sources(path.join(tfjs, 'binding'));
  const nativeFiles = sources(native);
  const jobs = [
    ...nativeFiles.map((file) => ({ file, flags: tuned, optional: true, headers: [] })),
    ...bindingFiles.map((file) => ({ file, flags: napi, optional: false, headers: [deviceHeader] })),
  ].map((job) => {
    const key = createHash('sha256')
      .update(
        [
          digest(root, [...withHeaders(job.file), ...job.headers]),
          tensorflowVersion(tensorflow),
          processor(),
          compiler,
          ...job.flags,
        ].join('\0'),
      )
      .digest('hex');
    return { ...job, object: path.join(objects, `${path.basename(job.file, '.cc')}-${key.slice(0, 16)}.o`) };
  });

  const without = [];
  const waiting = jobs.filter(({ object }) => !fs.existsSync(object));
  const worker = async () => {
    for (let job = waiting.shift(); job; job = waiting.shift()) {
      const name = path.basename(job.file);
      log(`compiling ${name}`);
      const half = `${job.object}.${process.pid}`;
      try {
        await run(compiler, [...job.flags, '-c', job.file, '-o', half]);
        fs.renameSync(half, job.object);
      } catch (error) {
        fs.rmSync(half, { force: true });
        if (!job.optional || error.interrupted) throw error;
        without.push(...operationsOf(job.file));
        log(
          `${name} does not compile here: its operations are left out, slower ones take their place. ${error.message}`,
        );
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(os.availableParallelism(), waiting.length)) }, worker));

  const compiled = jobs.filter(({ object }) => fs.existsSync(object));
  fs.rmSync(stamp, { force: true });
  const link = async (target, flags, inputs) => {
    log(`linking ${path.basename(target)}`);
    const half = `${target}.${process.pid}`;
    try {
      await run(compiler, [...flags, ...rpaths(tensorflow, output), ...inputs, '-o', half]);
      fs.renameSync(half, target);
    } finally {
      fs.rmSync(half, { force: true });
    }
  };
  const isQuiet = ({ file }) => path.basename(file) === QUIET_START;
  const quiet = compiled.filter(isQuiet).map(({ object }) => object);
  const rest = compiled.filter((job) => !isQuiet(job)).map(({ object }) => object);
  if (quiet.length > 0)
    await link(quietLibrary, quietFlags(quietLibrary), [...quiet, ...libraries(tensorflow).slice(1)]);
  const first = quiet.length > 0 ? [quietLibrary] : [];
  await link(output, bindingFlags(objects), [...rest, ...first, ...libraries(tensorflow)]);
  const keep = new Set(compiled.map(({ object }) => object));
  for (const object of filesBelow(objects, '')) if (!keep.has(object)) fs.rmSync(object, { force: true });

  const nativeOps = rest.length > bindingFiles.length;
  const { digest: hash } = await bindingState({ root });
  writeJson(stamp, { digest: hash, nativeOps, without, sizes: sizes(root), tensorflow: tensorflowVersion(tensorflow) });
  return { nativeOps, without };
}

function libraries(tensorflow) {
  const name = (library) => (mac ? `lib${library}.2.dylib` : `lib${library}.so.2`);
  return ['tensorflow_cc', 'tensorflow_framework'].map((library) => path.join(tensorflow, name(library)));
}

/** Relative, so that the project can be moved and its path may hold any character. */
function rpaths(tensorflow, output) {
  const here = mac ? '@loader_path' : '$ORIGIN';
  const toTensorflow = path.relative(fs.realpathSync(path.dirname(output)), fs.realpathSync(tensorflow));
  return [`-Wl,-rpath,${here}`, `-Wl,-rpath,${here}/${toTensorflow}`];
}

function bindingFlags(objects) {
  if (mac) return ['-bundle', '-undefined', 'dynamic_lookup'];
  const exported = path.join(objects, 'exports.map');
  fs.writeFileSync(exported, '{ global: napi_*; node_api_*; local: *; };\n');
  return ['-shared', '-Wl,--no-as-needed', `-Wl,--version-script=${exported}`];
}

function quietFlags(library) {
  const name = path.basename(library);
  return mac
    ? ['-dynamiclib', `-Wl,-install_name,@rpath/${name}`]
    : ['-shared', '-Wl,-z,initfirst', `-Wl,-soname,${name}`];
}

async function findCompiler(run) {
  for (const name of [process.env.CXX, 'g++', 'clang++', 'c++'].filter(Boolean)) {
    if (await run(name, ['--version']).then(Boolean, () => false)) return name;
  }
  throw new Error('no C++ compiler was found (g++ or clang++)');
}

/** Flags for this processor's vector instructions, as far as the compiler takes them. */
async function processorFlags(compiler, run) {
  const accepted = [];
  // Eigen's AVX512-FP16 header does not compile with g++ 12: that extension is left out.
  for (const options of [['-march=native', '-mcpu=native'], ['-mno-avx512fp16']]) {
    for (const flag of options) {
      const trial = [...accepted, flag, '-E', '-x', 'c++', os.devNull, '-o', os.devNull];
      if (await run(compiler, trial).then(Boolean, () => false)) {
        accepted.push(flag);
        break;
      }
    }
  }
  return accepted;
}

/** Rejects with the compiler's words; `interrupted` when a signal ended it, which says nothing about what it compiled. */
function runCompiler(context, file, args) {
  return new Promise((resolve, reject) => {
    const child = startChild(context, file, args);
    let output = '';
    const take = (chunk) => (output = (output + chunk).slice(-64 * 1024));
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(true);
      const error = new Error(
        `${file} ${signal ? `was ended by ${signal}` : `ended with code ${code}`}: ${output.trim()}`,
      );
      reject(Object.assign(error, { interrupted: signal !== null }));
    });
  });
}
