/** The thread beside the cells: it sets the interrupt flag, carries questions and answers, and ends the process, with what it has started, when the kernel has gone. */
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { workerData, type MessagePort } from 'node:worker_threads';
import type { ToThread } from '../link';
import { canInterruptItself, endOwnGroup } from '../platform';

/** The pipe from and to the kernel; each line is a message in JSON. */
const kernelPipe = 4;
/** How long a cell may compute on after an interrupt before its synchronous part is broken off by a signal. */
const patienceMilliseconds = 3_000;

const { flags, port } = workerData as { flags: Int32Array; port: MessagePort };
const pipe = new Socket({ fd: kernelPipe, readable: true, writable: true });

createInterface({ input: pipe }).on('line', (line) => {
  const message = JSON.parse(line) as ToThread;
  if (message.type === 'interrupt') interrupt(message.cell);
  else port.postMessage(message);
  Atomics.add(flags, 2, 1);
  Atomics.notify(flags, 2);
});
pipe.on('close', () => endOwnGroup());
port.on('message', (question) => pipe.write(`${JSON.stringify(question)}\n`));

function interrupt(cell: number): void {
  const seen = Atomics.load(flags, 1);
  Atomics.store(flags, 0, cell);
  if (!canInterruptItself()) return;
  // Again and again: a signal that comes between two synchronous parts breaks off neither.
  const again = setInterval(() => {
    if (Atomics.load(flags, 1) === seen) process.kill(process.pid, 'SIGINT');
    else clearInterval(again);
  }, patienceMilliseconds).unref();
}
