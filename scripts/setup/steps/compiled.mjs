/** TypeScript that must be JavaScript before anything runs: the library and the kernel's launcher. */
import fs from 'node:fs';
import path from 'node:path';
import { runCommand } from '../command.mjs';
import { SetupFailure } from '../failure.mjs';
import { digest, filesBelow, readJson, writeJson } from '../../../lib/build-native/stamp.mjs';

/**
 * @param {{ name: string, project: string, entry: string }} what a folder with a tsconfig.json, and the file that shows that it is built
 * @returns {{ name: string, state(context: object): import('../run-steps.mjs').State, run(context: object): Promise<void> }}
 */
export function compiledStep({ name, project, entry }) {
  const dist = (root) => path.join(root, project, 'dist');
  const sources = (root) => ['.ts', '.js'].flatMap((ending) => filesBelow(path.join(root, project), ending));
  /** What the sources that are here become. */
  const outputs = (root) =>
    sources(root)
      .filter((file) => !file.endsWith('.d.ts'))
      .map((file) => path.join(dist(root), path.relative(path.join(root, project), file).replace(/\.ts$/, '.js')));
  /** Outputs whose source is gone: tsc leaves them, and a package would hold them. */
  const removeOrphans = (root) => {
    const expected = new Set(outputs(root).map((file) => file.slice(0, -'.js'.length)));
    for (const file of ['.js', '.js.map', '.d.ts'].flatMap((ending) => filesBelow(dist(root), ending)))
      if (!expected.has(file.replace(/\.(js|js\.map|d\.ts)$/, ''))) fs.rmSync(file, { force: true });
  };
  const isThere = (file) => fs.statSync(file, { throwIfNoEntry: false })?.size > 0;
  const atWork = ({ scratch }) => path.join(scratch, `${path.basename(project)}-at-work`);
  const stampOf = ({ scratch }) => path.join(scratch, `${path.basename(project)}.json`);
  const now = ({ root }) => ({
    sources: digest(root, [
      path.join(root, 'tsconfig.json'),
      path.join(root, project, 'tsconfig.json'),
      path.join(root, 'node_modules', 'typescript', 'package.json'),
      ...sources(root),
    ]),
    // Another build of other sources would change this file of tsc's.
    outputs: digest(root, [path.join(dist(root), '.tsbuildinfo')]),
  });
  return {
    name,
    state(context) {
      const { root } = context;
      if (fs.existsSync(atWork(context))) return { done: false, why: `the compilation of ${project} was interrupted` };
      if (!fs.existsSync(path.join(root, project, entry))) return { done: false, why: `${project} is not compiled` };
      const stamp = readJson(stampOf(context));
      const current = now(context);
      const fresh = stamp?.sources === current.sources && stamp.outputs === current.outputs;
      if (!fresh) return { done: false, why: `${project} was changed since it was compiled` };
      const lost = outputs(root).find((file) => !isThere(file));
      if (lost) return { done: false, why: `${path.relative(root, lost)} is missing` };
      return { done: true, detail: 'compiled from what is here' };
    },
    async run(context) {
      const { root } = context;
      const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
      const interrupted = fs.existsSync(atWork(context));
      // tsc writes anew only what has changed since the build that this file tells of.
      if (interrupted || !outputs(root).every(isThere))
        fs.rmSync(path.join(dist(root), '.tsbuildinfo'), { force: true });
      fs.mkdirSync(context.scratch, { recursive: true });
      fs.writeFileSync(atWork(context), '');
      try {
        await runCommand(context, process.execPath, [tsc, '-p', project]);
      } catch (failure) {
        const found = /^(\S+\.ts)\((\d+),\d+\): error TS\d+: (.*)$/m.exec(failure.output ?? '');
        if (!found) throw failure;
        throw new SetupFailure({
          cause: `${found[1]} line ${found[2]} does not compile: ${found[3]}`,
          cure: `Mend that line; \`npm run build\` lists every error.`,
        });
      } finally {
        // Reached also when tsc found errors; not reached when it was killed.
        fs.rmSync(atWork(context));
      }
      removeOrphans(root);
      writeJson(stampOf(context), now(context));
    },
  };
}
