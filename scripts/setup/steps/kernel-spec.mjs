/** The kernel spec: tells Jupyter how to start the course's kernel, under the name `tslab` that notebooks carry. */
import path from 'node:path';
import { readJson, writeJson } from '../stamp.mjs';

const specFile = (root) => path.join(root, '.venv', 'share', 'jupyter', 'kernels', 'tslab', 'kernel.json');

export const kernelSpec = (root) => ({
  argv: [process.execPath, path.join(root, 'scripts', 'kernel', 'dist', 'main.js'), '{connection_file}'],
  display_name: 'TypeScript',
  language: 'typescript',
  interrupt_mode: 'message',
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
