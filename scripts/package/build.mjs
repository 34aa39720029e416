/**
 * What `npm run pack` does before it packs: compiles what the package holds from what is here, on a bare clone as well. `npm pack -w lib`
 * alone packs what there is, since `.npmrc` keeps npm from running scripts.
 */
import { SetupFailure } from '../setup/failure.mjs';
import { failureText, PACKAGE_STEPS, setupContext } from '../setup/setup.mjs';
import { runSteps } from '../setup/run-steps.mjs';

const context = setupContext();
try {
  await runSteps(PACKAGE_STEPS, context);
  const { buildBrowser } = await import('./browser.mjs'); // by a package that the steps install
  await buildBrowser(context.root);
} catch (error) {
  if (!(error instanceof SetupFailure)) throw error;
  process.stderr.write(`${failureText(error, context)}\n`);
  process.exitCode = 1;
}
