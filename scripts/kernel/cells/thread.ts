/**
 * The thread beside the cells: it hears the kernel also while the cells' own thread is caught in an endless loop, or
 * waits for the reader's answer.
 */
import path from 'node:path';
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { Answer, Question } from '../link';

/**
 * Cell 0 is the id of the cell to interrupt, or `abandonedCode` of `interruption.ts`; cell 1 counts interrupts that
 * have been seen; cell 2 counts what has come from the kernel.
 */
export const flags = new Int32Array(new SharedArrayBuffer(12));

const { port1: here, port2: there } = new MessageChannel();
const worker = new Worker(path.join(__dirname, 'watchdog.js'), {
  workerData: { flags, port: there },
  transferList: [there],
});
worker.unref();

/** Hands a question to the kernel. */
export function ask(question: Question): void {
  here.postMessage(question);
}

/** Hears each answer of the kernel. */
export function onAnswer(hear: (answer: Answer) => void): void {
  here.on('message', hear).unref();
}

/** Waits, and lets nothing else run, until an answer has come, or until `broken` says after an interrupt that none is wanted. */
export function nextAnswer(broken: () => boolean): Answer | undefined {
  for (;;) {
    const seen = Atomics.load(flags, 2);
    const received = receiveMessageOnPort(here) as { message: Answer } | undefined;
    if (received) return received.message;
    if (broken()) return undefined;
    Atomics.wait(flags, 2, seen);
  }
}
