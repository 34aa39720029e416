/**
 * The TypeScript kernel for Jupyter: `node main.js <connection file>`.
 *
 * Two processes. This one speaks Jupyter's protocol and compiles cells; it stays responsive
 * whatever a cell does. The other (`cells/`) runs the JavaScript; when it runs out of memory or is killed, this one
 * says so under the cell, and neither outlives the other.
 *
 * Kernel spec: `{ "argv": ["node", "<repository>/scripts/kernel/dist/main.js", "{connection_file}"],
 * "display_name": "TypeScript", "language": "typescript", "interrupt_mode": "message" }`.
 */
import { version } from 'typescript';
import { CellsProcess } from './cells-process';
import { Compiler } from './compile/compiler';
import { Executions } from './executions';
import { Kernel } from './kernel';
import { Channels } from './protocol/channels';
import { nodeSurroundings } from './node-surroundings';
import { parentWatch } from './platform';
import { readConnection } from './protocol/connection';

/** Time for the client to read the last messages, and for Jupyter not to see a death before its reason. */
const farewellMilliseconds = 500;

/** A program sends its first cell at once; a reader takes longer, and the time is used. */
const warmUpMilliseconds = 400;

async function main(connectionFile: string | undefined): Promise<void> {
  const channels = new Channels(readConnection(connectionFile));
  const cells: CellsProcess = new CellsProcess({
    message: (message) => executions.onMessage(message),
    question: (question) => executions.onQuestion(question),
    native: (name, text) => executions.onNative(name, text),
    died: (name, reason) => {
      executions.onDeath(name, reason);
      setTimeout(() => void end(1), farewellMilliseconds);
    },
  });
  const executions: Executions = new Executions(channels, compiler, () => cells);
  const end = async (code: number) => {
    cells.stop();
    await channels.flush();
    channels.close();
    process.exit(code);
  };
  const leave = () => {
    for (const { traceback } of executions.unreported)
      process.stderr.write(`TypeScript kernel: an error came after its cell had ended\n${traceback.join('\n')}\n`);
    void end(executions.unreported.length > 0 ? 1 : 0);
  };
  process.on('exit', () => cells.stop());
  process.on('SIGINT', () => executions.interrupt());
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, leave);
  followParent(leave);
  const kernel = new Kernel(channels, compiler, executions, version, leave);
  await channels.open({ shell: kernel.onShell, control: kernel.onControl, stdin: kernel.onStdin });
  if (executions.untouched) compiler().warmUp('');
  setTimeout(
    () => executions.untouched && compiler().warmUp("import { tf } from 'lstm-lab';"),
    warmUpMilliseconds,
  ).unref();
}

let created: Compiler | undefined;

function compiler(): Compiler {
  return (created ??= new Compiler(nodeSurroundings()));
}

/** Ends the kernel when the program that started it has gone. */
function followParent(leave: () => void): void {
  if (!process.env.JPY_PARENT_PID) return;
  const isGone = parentWatch();
  setInterval(() => isGone() && leave(), 1_000).unref();
}

main(process.argv[2]).catch((error: Error) => {
  process.stderr.write(`TypeScript kernel: ${error.message}\n`);
  process.exit(1);
});
