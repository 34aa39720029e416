/** The C++ compiler of this machine. */
import { which } from './python.mjs';

/** The first that there is; undefined when there is none. */
export const compiler = () =>
  [process.env.CXX, 'g++', 'clang++', 'c++'].filter(Boolean).find((name) => which(name) ?? false);

/** How to get one. */
export const compilerCure = ({ platform } = process) =>
  platform === 'darwin' ? '`xcode-select --install`' : '`sudo apt install g++` (or gcc-c++)';

/**
 * Runs compilers as children that `start` makes.
 * @param {(file: string, args: string[]) => import('node:child_process').ChildProcess} start with its output piped
 * @returns {(file: string, args: string[]) => Promise<true>} rejects with the compiler's words; `interrupted` when a signal ended it, which
 *   says nothing about what it compiled
 */
export const compilerRun = (start) => (file, args) =>
  new Promise((resolve, reject) => {
    const child = start(file, args);
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
