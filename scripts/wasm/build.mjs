/**
 * Compiles lib/native's headers to WebAssembly with the clang of PyPI's ziglang, the same on every platform: `npm run build:wasm`. The
 * results are committed; tests/wasm/build.test.ts compiles them again and compares.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { findPython } from '../../lib/build-native/python.mjs';
import { removeFolder, renamePatiently } from '../../lib/system.js';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const room = path.join(root, 'lib', 'wasm');
const version = '0.17.1';

/** Which instructions each module is built for; the loader takes the last one that the engine knows. */
export const modules = {
  'kernels-simd.wasm': 'generic+simd128+bulk_memory+atomics',
  'kernels-fma.wasm': 'generic+simd128+bulk_memory+atomics+relaxed_simd',
};

/** Compiles all modules into a folder. @throws Error with the compiler's words */
export function buildModules(folder) {
  const zig = compiler();
  const space = fs.mkdtempSync(path.join(os.tmpdir(), 'lstm-lab-wasm-'));
  try {
    for (const [name, cpu] of Object.entries(modules)) {
      const objects = fs
        .readdirSync(room)
        .filter((file) => file.endsWith('.cc'))
        .sort()
        .map((file) => {
          const object = path.join(space, `${file}.o`);
          zig('c++', '-target', 'wasm32-wasi', `-mcpu=${cpu}`, ...flags, '-c', file, '-o', object);
          return object;
        });
      zig('wasm-ld', ...linking, ...objects, '-o', path.join(folder, name));
    }
  } finally {
    removeFolder(space);
  }
}

const flags = [
  '-O3',
  '-std=c++17',
  '-fno-exceptions',
  '-fno-rtti',
  '-fPIC',
  '-fvisibility=hidden',
  '-fno-sanitize=all',
  '-fno-stack-protector',
  '-fno-threadsafe-statics',
];

// A side module: it is given memory, stack and the place of its data by the one whose heap it works in. That memory has an upper bound, which
// one that workers share must have; whether it is shared is one bit in a module (lib/backend/wasm-binary.ts).
const linking = [
  '-shared',
  '--experimental-pic',
  '--strip-all',
  '--no-entry',
  '--max-memory=4294967296',
  '--export=__wasm_call_ctors',
  '--unresolved-symbols=import-dynamic',
];

/**
 * The compiler as a function of its arguments, from PyPI the first time.
 * @throws Error with the installer's words where it cannot be had
 */
export function compiler() {
  const packages = path.join(root, '.cache', `ziglang-${version}`);
  const { executable } = findPython({ uv: undefined });
  const run = (args, env) => {
    const { status, stdout, stderr, error } = spawnSync(executable, args, { cwd: room, env, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${args.join(' ')} failed: ${error?.message ?? (stderr || stdout).trim()}`);
  };
  if (!fs.existsSync(packages)) {
    const half = `${packages}.half`;
    run(['-m', 'pip', 'install', '--quiet', '--no-deps', '--target', half, `ziglang==${version}`], process.env);
    renamePatiently(half, packages);
  }
  const cache = path.join(root, '.cache', 'zig');
  const env = {
    ...process.env,
    PYTHONPATH: packages,
    ZIG_GLOBAL_CACHE_DIR: cache,
    ZIG_LOCAL_CACHE_DIR: cache,
  };
  return (...args) => run(['-m', 'ziglang', ...args], env);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) buildModules(room);
