/** The workers of one bundle, and those who wait for them. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { readFile } from '../files';
import { removeFolder } from '../system';
import { nextJobs, type Job } from './jobs';
import type { About } from './protocol';
import { ServiceError } from './service-error';
import { WorkerProcess } from './worker-process';

export interface PoolOptions {
  workers: number;
  /** The most requests that go through the model together. */
  batch: number;
  /** In ms: how long a request may wait for a worker, and how long it may take. */
  timeout: number;
}

/** What happens in a pool, for logs and metrics. */
export interface PoolEvents {
  batch(size: number): void;
  ended(pid: number | undefined, signal: string | null, sentence: string | undefined): void;
  failed(stack: string): void;
}

/** How many may wait; who comes later is told at once that the service is busy. */
const mostWaiting = 4096;
/** Times in ms between the end of a worker that never became ready and the start of its successor. */
const pauses = { first: 250, longest: 10_000 };

export class Pool {
  private readonly workers = new Set<WorkerProcess>();
  private readonly queue: Job[] = [];
  private readonly folder: string;
  private readonly file: string;
  private readonly clock: NodeJS.Timeout;
  private readonly pauseEnds = new Set<NodeJS.Timeout>();
  private failures = 0;
  private isClosed = false;
  private whenEmpty?: () => void;
  private started?: { resolve(about: About): void; reject(error: Error): void };
  about!: About;

  private constructor(
    private readonly given: string,
    private readonly options: PoolOptions,
    private readonly events: PoolEvents,
  ) {
    // a worker that follows another reads the same bundle, whatever has become of the file meanwhile
    const content = readFile(given);
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lstm-serve-'));
    this.file = path.join(this.folder, path.basename(given));
    fs.writeFileSync(this.file, content);
    this.clock = setInterval(() => this.dismissTheLate(), 250);
  }

  /** A pool whose first worker is ready. @throws Error of one sentence when the bundle cannot be used */
  static async start(file: string, options: PoolOptions, events: PoolEvents): Promise<Pool> {
    const pool = new Pool(file, options, events);
    try {
      pool.about = await new Promise<About>((resolve, reject) => {
        pool.started = { resolve, reject };
        for (let i = 0; i < options.workers; i++) pool.hire();
      });
      return pool;
    } catch (error) {
      pool.close();
      throw error;
    }
  }

  /** Takes a job; it is done, or fails with a `ServiceError`. */
  submit(job: Job): void {
    if (this.queue.length >= mostWaiting) return job.fail(busy);
    this.queue.push(job);
    this.dispatch();
  }

  get ready(): number {
    return [...this.workers].filter(({ about }) => about).length;
  }

  get waiting(): number {
    return this.queue.length;
  }

  get members(): readonly WorkerProcess[] {
    return [...this.workers];
  }

  /** Resolves when all that were submitted are answered. */
  async drained(): Promise<void> {
    if (this.isEmpty) return;
    await new Promise<void>((resolve) => (this.whenEmpty = resolve));
  }

  /** Ends the workers at once; who still waits is told. */
  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    clearInterval(this.clock);
    this.pauseEnds.forEach((pause) => clearTimeout(pause));
    for (const job of this.queue.splice(0)) job.fail(new ServiceError(503, 'The service is closing.'));
    this.workers.forEach((worker) => worker.kill());
    removeFolder(this.folder);
  }

  private get isEmpty(): boolean {
    return this.queue.length === 0 && ![...this.workers].some(({ isBusy }) => isBusy);
  }

  private hire(): void {
    const worker: WorkerProcess = new WorkerProcess(this.file, this.options.timeout, {
      ready: (about) => {
        this.failures = 0;
        this.started?.resolve(about);
        this.started = undefined;
        this.dispatch();
      },
      idle: () => this.dispatch(),
      failed: (stack) => this.events.failed(stack),
      ended: (sentence, signal) => this.replace(worker, sentence, signal),
    });
    this.workers.add(worker);
  }

  private replace(worker: WorkerProcess, sentence: string | undefined, signal: string | null): void {
    this.workers.delete(worker);
    this.reportEmpty();
    if (this.isClosed) return;
    this.events.ended(worker.pid, signal, sentence);
    if (this.started) {
      const why = sentence ?? `A worker has ended before it was ready (${signal ?? 'by itself'}).`;
      return this.started.reject(new Error(why.replaceAll(this.file, this.given)));
    }
    if (worker.about) return this.hire();
    const pause = setTimeout(
      () => {
        this.pauseEnds.delete(pause);
        this.hire();
      },
      Math.min(pauses.longest, pauses.first * 2 ** this.failures++),
    );
    this.pauseEnds.add(pause);
  }

  private dispatch(): void {
    for (const worker of this.workers) {
      if (!worker.isIdle) continue;
      this.dismissTheLate();
      const jobs = nextJobs(this.queue, this.options.batch);
      if (jobs.length === 0) break;
      this.events.batch(jobs.length);
      worker.give(jobs);
    }
    this.reportEmpty();
  }

  /** Those who are gone leave the queue, and those who have waited too long. */
  private dismissTheLate(): void {
    const now = performance.now();
    const isLate = (job: Job) => job.isDropped || now - job.since > this.options.timeout;
    if (!this.queue.some(isLate)) return;
    for (const job of this.queue.splice(0)) {
      if (!isLate(job)) this.queue.push(job);
      else job.fail(busy);
    }
  }

  private reportEmpty(): void {
    if (!this.whenEmpty || !this.isEmpty) return;
    this.whenEmpty();
    this.whenEmpty = undefined;
  }
}

const busy = new ServiceError(503, 'The service has more requests than it can answer; try again in a moment.', 1);
