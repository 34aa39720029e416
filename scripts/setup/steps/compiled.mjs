/** TypeScript that must be JavaScript before anything runs: the library and the kernel's launcher. */
import fs from 'node:fs';
import path from 'node:path';
import { runCommand } from '../command.mjs';
import { SetupFailure } from '../failure.mjs';
import { digest, filesBelow, readJson, writeJson } from '../stamp.mjs';

/**
 * @param {{ name: string, project: string, entry: string }} what a folder with a tsconfig.json, and the file that shows that it is built
 * @returns {{ name: string, state(context: object): import('../run-steps.mjs').State, run(context: object): Promise<void> }}
 */
export function compiledStep({ name, project, entry }) {
  const stampOf = ({ scratch }) => path.join(scratch, `${path.basename(project)}.json`);
  const now = ({ root }) => ({
    sources: digest(root, [
      path.join(root, 'tsconfig.json'),
      path.join(root, project, 'tsconfig.json'),
      path.join(root, 'node_modules', 'typescript', 'package.json'),
      ...filesBelow(path.join(root, project), '.ts'),
    ]),
    // Another build of other sources would change this file of tsc's.
    outputs: digest(root, [path.join(root, project, 'dist', '.tsbuildinfo')]),
  });
  return {
    name,
    state(context) {
      if (!fs.existsSync(path.join(context.root, project, entry)))
        return { done: false, why: `${project} is not compiled` };
      const stamp = readJson(stampOf(context));
      const current = now(context);
      const fresh = stamp?.sources === current.sources && stamp.outputs === current.outputs;
      return fresh
        ? { done: true, detail: 'compiled from what is here' }
        : { done: false, why: `${project} was changed since it was compiled` };
    },
    async run(context) {
      const { root } = context;
      const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
      if (!fs.existsSync(path.join(root, project, entry)))
        fs.rmSync(path.join(root, project, 'dist', '.tsbuildinfo'), { force: true });
      try {
        await runCommand(context, process.execPath, [tsc, '-p', project]);
      } catch (failure) {
        const found = /^(\S+\.ts)\((\d+),\d+\): error TS\d+: (.*)$/m.exec(failure.output ?? '');
        if (!found) throw failure;
        throw new SetupFailure({
          cause: `${found[1]} line ${found[2]} does not compile: ${found[3]}`,
          cure: `Mend that line; \`npx tsc -p ${project}\` lists every error.`,
        });
      }
      writeJson(stampOf(context), now(context));
    },
  };
}
