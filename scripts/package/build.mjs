/** Compiles what the package holds from what is here, on a bare clone as well. */
import { SetupFailure } from '../setup/failure.mjs';
import { failureText, PACKAGE_STEPS, setupContext } from '../setup/setup.mjs';
import { runSteps } from '../setup/run-steps.mjs';

/**
 * Compiles the library and hands on; why that cannot be is said on stderr, and in the exit code.
 * @param {(root: string, buildBrowser: (folder?: string) => Promise<unknown>) => Promise<void> | void} pack
 */
export async function withLibrary(pack) {
  const context = setupContext();
  try {
    await runSteps(PACKAGE_STEPS, context);
    const { buildBrowser } = await import('./browser.mjs'); // by a package that the steps install
    await pack(context.root, (folder) => buildBrowser(context.root, folder));
  } catch (error) {
    if (!(error instanceof SetupFailure)) throw error;
    process.stderr.write(`${failureText(error, context)}\n`);
    process.exitCode = 1;
  }
}
