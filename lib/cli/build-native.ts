/** `lstm-lab build-native`: a program of its own, plain JavaScript that the course's set-up runs before anything is compiled. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { folder } from '../version';

/** Runs it in this folder, its words on this terminal. @throws Error when it ends without a fast tier */
export async function buildNative(flags: Record<string, string>): Promise<string> {
  const program = path.join(folder(), 'build-native', 'main.mjs');
  const words = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]);
  const code = await new Promise((resolve, reject) =>
    spawn(process.execPath, [program, ...words], { stdio: 'inherit' })
      .on('error', reject)
      .on('close', resolve),
  );
  if (code !== 0) throw new Error('The fast tier is not built; WebAssembly computes.');
  return '';
}
