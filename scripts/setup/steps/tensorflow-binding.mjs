/** TensorFlow for Node, compiled here. Where that cannot be, set-up goes on and the library computes with WebAssembly. */
import path from 'node:path';
import { bindingState, buildBinding } from '../binding.mjs';
import { SetupFailure, explain, reasonIn } from '../failure.mjs';
import { compiler, compilerCure } from '../../../lib/build-native/compiler.mjs';
import { readJson, writeJson } from '../../../lib/build-native/stamp.mjs';
import { venvStamp } from './python-environment.mjs';

const failedFile = ({ scratch }) => path.join(scratch, 'binding-failed.json');

/**
 * Why this machine cannot have the binding, in a sentence with its cure; undefined when it can.
 * @param {{ root: string }} context
 * @param {{ platform: string }} [on]
 */
export function whyWithout({ root }, { platform } = process) {
  if (platform === 'win32') return 'it is not built on Windows; in WSL2 it is';
  if (venvStamp(root).tensorflow === false) return 'TensorFlow has no wheel for this platform';
  if (!compiler()) {
    return `there is no C++ compiler: ${compilerCure({ platform })}, then run set-up again`;
  }
  return undefined;
}

export const tensorflowBindingStep = {
  name: 'TensorFlow binding',
  async state(context) {
    const state = await bindingState({ root: context.root });
    // Asked for by hand, set-up tries again what did not compile last time.
    const whole = state.nativeOps && state.without.length === 0;
    const without = whyWithout(context);
    if (state.done && (whole || without || !context.retry)) {
      const cure = "`npm run setup` tries again; its log has the compiler's words.";
      return whole ? state : { ...state, left: true, cure };
    }
    if (without)
      return { done: true, left: true, note: `left out, the course runs on WebAssembly (slower): ${without}` };
    const failed = readJson(failedFile(context));
    if (failed && failed.digest === state.digest && !context.retry) {
      return {
        done: true,
        left: true,
        note: `left out, the course runs on WebAssembly (slower): ${failed.cause}`,
        cure: failed.cure,
      };
    }
    return { why: 'the TensorFlow binding is not built for what is installed now', ...state, done: false };
  },
  async run(context) {
    try {
      await buildBinding({
        root: context.root,
        scratch: context.scratch,
        log: (line) => {
          context.log.write(`${line}\n`);
          context.report(String(line));
        },
      });
    } catch (error) {
      context.log.write(`\n${error.stack ?? error}\n`);
      const words = explain(error.message, {
        cause: reasonIn(error.message),
        cure: 'See the full log and environment.md.',
      });
      if (error.interrupted || words.cause === 'the disk is full') throw new SetupFailure(words);
      const { digest } = await bindingState({ root: context.root });
      writeJson(failedFile(context), { digest, ...words });
      return `left out, the course runs on WebAssembly (slower): ${words.cause}. ${words.cure}`;
    }
    return undefined;
  },
};
