/** The process that runs the cells. The kernel starts it, and outlives it. */
import type { ToCells } from '../link';
import { installDisplay, type MimeBundle } from './display';
import { output, send, takeOverStreams } from './front';
import { installPrompt } from './input/prompt';
import { hearAnswers } from './input/question';
import { installStdin } from './input/stdin';
import { interrupt } from './interruption';
import { endOwnGroup } from '../platform';
import { reportLateFailures } from './late-failures';
import { forbidExit } from './process-exit';
import { drain, loadAhead, runCell, usage } from './run';
import { printPromisesPlainly } from './results/promise';
import { addCoursePackages } from './modules';
import { installStacks } from './stack';

async function receive(message: ToCells): Promise<void> {
  if (message.type === 'interrupt') return interrupt(message.cell);
  if (message.type === 'load') return loadAhead(message.package);
  if (message.type === 'drain') {
    await drain(message.seconds);
    return send({ type: 'done', cell: message.cell, usage: usage() });
  }
  const { cell } = message;
  if (message.type === 'evaluate') {
    let value: MimeBundle | undefined;
    const failure = await runCell(cell, 0, (bundle) => (value = bundle));
    return send({ type: 'done', cell: cell.id, failure, value, usage: usage() });
  }
  const failure = await runCell(cell, message.drainSeconds, (data) => output('execute_result', { data, metadata: {} }));
  send({ type: 'done', cell: cell.id, failure, usage: usage() });
}

addCoursePackages();
hearAnswers();
takeOverStreams();
installStacks();
installDisplay();
installPrompt();
installStdin();
printPromisesPlainly();
reportLateFailures();
// The signal is for the loops that `breakOnSigint` breaks; between them it means nothing.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => endOwnGroup());
forbidExit();
process.on('message', (message) => void receive(message as ToCells));
