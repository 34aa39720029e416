/** The thread beside the cells: it sets the interrupt flag, and ends the process when the kernel has gone. */
import { Socket } from 'node:net';
import { workerData } from 'node:worker_threads';

/** The pipe from the kernel; each line is the id of a cell to interrupt. */
const interruptPipe = 4;
/** How long a cell may compute on after an interrupt before its synchronous part is broken off by a signal. */
const patienceMilliseconds = 3_000;

const flags = workerData as Int32Array;
const pipe = new Socket({ fd: interruptPipe, readable: true, writable: false });

pipe.setEncoding('utf8');
pipe.on('data', (lines: string) => {
  const cell = Number(lines.trim().split('\n').at(-1));
  const seen = Atomics.load(flags, 1);
  Atomics.store(flags, 0, cell);
  // Again and again: a signal that comes between two synchronous parts breaks off neither.
  const again = setInterval(() => {
    if (Atomics.load(flags, 1) === seen) process.kill(process.pid, 'SIGINT');
    else clearInterval(again);
  }, patienceMilliseconds).unref();
});
pipe.on('close', () => process.kill(process.pid, 'SIGKILL'));
