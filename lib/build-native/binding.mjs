/**
 * The N-API binding of @tensorflow/tfjs-node-gpu, compiled against the TensorFlow of a Python environment, with the operations of `native`
 * linked into it: for the course's set-up and for `lstm-lab build-native`. (The package's own installer downloads a TensorFlow from a host
 * that is often unreachable.)
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { digest, filesBelow, readJson, writeJson } from './stamp.mjs';

const mac = process.platform === 'darwin';

/** Not an operation: a library of its own that must be initialised before TensorFlow is. */
const QUIET_START = 'quiet_start.cc';

/** Stands in front of the binding's own sources, so that a call can be given to the processor although there is a card. */
const DEVICE_HEADER = 'device.h';

/**
 * What the binding is made of.
 * @typedef {object} Places
 * @property {string} tfjs the package @tensorflow/tfjs-node-gpu, into which the binding goes
 * @property {string} headers Node's headers: `include` of the package node-api-headers
 * @property {string} [tensorflow] the folder of Python's package tensorflow; undefined while there is none
 * @property {string} native the sources of this library's operations
 * @property {string} objects a folder for what is compiled
 */

/** What comes out. */
function outputs({ tfjs }) {
  const folder = path.join(tfjs, 'lib', 'napi-v8');
  return {
    output: path.join(folder, 'tfjs_binding.node'),
    quiet: path.join(folder, mac ? 'liblstm_lab_quiet.dylib' : 'liblstm_lab_quiet.so'),
    stamp: path.join(folder, 'binding-state.json'),
  };
}

/** What a file is called in a digest, wherever the packages lie. */
const nameOf =
  ({ tfjs, native }) =>
  (file) => {
    const below = (folder, name) => {
      const rest = path.relative(folder, file);
      return rest.startsWith('..') || path.isAbsolute(rest) ? undefined : path.join(name, rest);
    };
    const packaged = path.join('node_modules', '@tensorflow', 'tfjs-node-gpu');
    return below(native, path.join('lib', 'native')) ?? below(tfjs, packaged) ?? path.basename(file);
  };

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
 * @param {Places} places
 * @returns {{ done: boolean, digest: string, note?: string, nativeOps?: boolean, without?: string[], tensorflow?: string }}
 *   `without`: the native operations that did not compile here
 */
export function bindingState(places) {
  const { tfjs, native, tensorflow } = places;
  const version = tensorflowVersion(tensorflow);
  const files = [
    ...filesBelow(path.join(tfjs, 'binding'), '.cc'),
    ...filesBelow(path.join(tfjs, 'binding'), '.h'),
    ...sources(native),
    ...headersOf(native),
    fileURLToPath(import.meta.url),
  ];
  const hash = createHash('sha256')
    .update(`${digest(nameOf(places), files)} ${version} ${processor()} ${process.env.CXX ?? ''}`)
    .digest('hex');
  const made = readJson(outputs(places).stamp);
  if (made?.digest !== hash || JSON.stringify(made.sizes) !== JSON.stringify(sizes(places)))
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
function sizes(places) {
  const { output, quiet } = outputs(places);
  return [output, quiet].map((file) => fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0);
}

/** The operations that a source of lib/native registers. */
const operationsOf = (file) =>
  [...fs.readFileSync(file, 'utf8').matchAll(/^REGISTER_OP\("(\w+)"\)/gm)].map(([, name]) => name);

/** Runs a compiler. @typedef {(file: string, args: string[]) => Promise<unknown>} Run rejects with its words; `interrupted` when a signal ended it */

/**
 * Compiles and links the binding; files of `native` that do not compile are left out, and `log` says so.
 * @param {Places} places
 * @param {{ run: Run, log(line: string): void }} how
 * @returns {Promise<{ nativeOps: boolean, without: string[] }>}
 * @throws {Error} with the compiler's words when the binding itself cannot be built
 */
export async function buildBinding(places, { run, log }) {
  const { tfjs, headers, tensorflow, native, objects } = places;
  const { output, quiet: quietLibrary, stamp } = outputs(places);
  if (!tensorflow) throw new Error('there is no TensorFlow: the binding is compiled against its headers and libraries');
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
          digest(nameOf(places), [...withHeaders(job.file), ...job.headers]),
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
  const { digest: hash } = bindingState(places);
  writeJson(stamp, {
    digest: hash,
    nativeOps,
    without,
    sizes: sizes(places),
    tensorflow: tensorflowVersion(tensorflow),
  });
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
