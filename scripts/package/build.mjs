/** `npm pack -w lib`: compiles what the package holds from what is here, on a bare clone as well. */
import { SetupFailure } from '../setup/failure.mjs';
import { failureText, PACKAGE_STEPS, setupContext } from '../setup/setup.mjs';
import { runSteps } from '../setup/run-steps.mjs';

const context = setupContext();
try {
  await runSteps(PACKAGE_STEPS, context);
} catch (error) {
  if (!(error instanceof SetupFailure)) throw error;
  process.stderr.write(`${failureText(error, context)}\n`);
  process.exitCode = 1;
}
