/** `npm run setup`: everything the course needs, once. */
import { SETUP_FLAGS, readFlags } from './arguments.mjs';
import { SetupFailure } from './failure.mjs';
import { failureText, leftOut, setUp, setupContext } from './setup.mjs';

const { values, gpu } = readFlags('npm run setup', {
  ...SETUP_FLAGS,
  quiet: { type: 'boolean', help: 'say nothing when nothing is missing' },
});
const context = setupContext({ gpu, retry: !values.quiet });
try {
  const ran = await setUp(context);
  if (!values.quiet || ran.length > 0) {
    for (const line of await leftOut({ ...context, retry: false })) process.stdout.write(`${line}\n`);
    process.stdout.write(ran.length > 0 ? 'Set up.\n' : 'Everything is set up.\n');
  }
} catch (error) {
  if (!(error instanceof SetupFailure)) throw error;
  process.stderr.write(`${failureText(error, context)}\n`);
  process.exitCode = 1;
}
