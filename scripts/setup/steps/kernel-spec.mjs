/** The kernel spec: tells Jupyter how to start the course's kernel, under the name `tslab` that notebooks carry. */
import nodePath from 'node:path';
import { readJson, writeJson } from '../../../lib/build-native/stamp.mjs';

const specFile = (root) => nodePath.join(root, '.venv', 'share', 'jupyter', 'kernels', 'tslab', 'kernel.json');

/**
 * @param {string} root
 * @param {{ path?: import('node:path').PlatformPath, node?: string }} [on]
 */
export const kernelSpec = (root, { path = nodePath, node = process.execPath } = {}) => ({
  argv: [node, path.join(root, 'scripts', 'kernel', 'dist', 'main.js'), '{connection_file}'],
  display_name: 'TypeScript',
  language: 'typescript',
  interrupt_mode: 'message', // a signal would not do on Windows
});

export const kernelSpecStep = {
  name: 'Jupyter kernel',
  state({ root }) {
    const installed = readJson(specFile(root));
    if (!installed) return { done: false, why: 'Jupyter does not know the TypeScript kernel yet' };
    const same = JSON.stringify(installed) === JSON.stringify(kernelSpec(root));
    return same
      ? { done: true, detail: 'TypeScript' }
      : { done: false, why: 'the kernel spec belongs to another Node or another folder' };
  },
  async run({ root }) {
    writeJson(specFile(root), kernelSpec(root));
  },
};
