/** The course's own binding: compiled against the TensorFlow of its .venv, as `lstm-lab build-native` compiles it for others. */
import fs from 'node:fs';
import path from 'node:path';
import * as binding from '../../lib/build-native/binding.mjs';
import { compilerRun } from '../../lib/build-native/compiler.mjs';
import { packagesIn } from '../../lib/build-native/python.mjs';
import { startChild } from './children.mjs';

function places(root) {
  const packages = path.join(root, 'node_modules');
  const tensorflow = path.join(packagesIn(path.join(root, '.venv')) ?? '', 'tensorflow');
  return {
    tfjs: path.join(packages, '@tensorflow', 'tfjs-node-gpu'),
    headers: path.join(packages, 'node-api-headers', 'include'),
    tensorflow: fs.existsSync(path.join(tensorflow, 'include', 'tensorflow')) ? tensorflow : undefined,
    native: path.join(root, 'lib', 'native'),
    objects: path.join(root, '.cache', 'binding'),
  };
}

/** @param {{ root: string }} where */
export const bindingState = async ({ root }) => binding.bindingState(places(root));

/** @param {{ root: string, scratch: string, log(line: string): void }} context */
export function buildBinding(context) {
  const run = compilerRun((file, args) => startChild(context, file, args));
  return binding.buildBinding(places(context.root), { run, log: context.log });
}
