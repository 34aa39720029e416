/** `npm start`: set-up where something is missing, the proof on the first run, then JupyterLab on the course. */
import { SETUP_FLAGS, readFlags } from './arguments.mjs';
import { SetupFailure } from './failure.mjs';
import { serveJupyter } from './jupyter.mjs';
import { isProven, prove } from './proof.mjs';
import { failureText, leftOut, setUp, setupContext } from './setup.mjs';

const { values, gpu } = readFlags('npm start', {
  ...SETUP_FLAGS,
  check: { type: 'boolean', help: 'stop after the proof' },
  'no-browser': { type: 'boolean', help: 'only print the address: for servers' },
  port: { type: 'string', help: 'the first port to try, 8888 unless given' },
});
const port = values.port === undefined ? undefined : Number(values.port);
if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65436)) {
  process.stderr.write(`--port ${values.port}: a whole number from 1 to 65435 is expected.\n`);
  process.exit(2);
}

const context = setupContext({ gpu });
const { say } = context.progress;
try {
  await setUp(context);
  for (const line of await leftOut(context)) say(line);
  if (values.check || !(await isProven(context))) say(await prove(context));
  if (!values.check) process.exitCode = await serveJupyter({ ...context, port, browser: !values['no-browser'], say });
} catch (error) {
  if (!(error instanceof SetupFailure)) throw error;
  process.stderr.write(`${failureText(error, context)}\n`);
  process.exitCode = 1;
}
