/** The threads that a test asks for, and the workers that come of it; to be imported before the library. */
import workerThreads, { Worker } from 'node:worker_threads';

process.env.LSTM_LAB_THREADS = '4';

/** All workers that have been started. */
export const started: Worker[] = [];

Object.assign(workerThreads, {
  Worker: class extends Worker {
    constructor(...given: ConstructorParameters<typeof Worker>) {
      super(...given);
      started.push(this);
    }
  },
});
