/** A worker as the service sees it: a process that is given one order at a time. */
import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { orderOf, type AnswerJob, type GenerateJob, type Job } from './jobs';
import type { About, Order, Outcome, Report } from './protocol';
import { ServiceError } from './service-error';

export interface WorkerEvents {
  ready(about: About): void;
  /** It has done its order and can take another. */
  idle(): void;
  /** It has ended; `sentence`: why it never became ready. Its jobs have failed already. */
  ended(sentence: string | undefined, signal: string | null): void;
  /** It failed at what was no mistake of those who asked. */
  failed(stack: string): void;
}

let orders = 0;

export class WorkerProcess {
  readonly memory = { rss: 0, tensors: 0 };
  about?: About;
  private readonly process: ChildProcess;
  private jobs: Job[] = [];
  private order = 0;
  private clock?: NodeJS.Timeout;
  private sentence?: string;
  private isEnding = false;

  constructor(
    file: string,
    private readonly timeout: number,
    private readonly events: WorkerEvents,
  ) {
    const script = path.join(__dirname, `worker${path.extname(__filename)}`);
    this.process = fork(script, [file], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    this.process.on('message', (report: Report) => this.hear(report));
    this.process.on('error', (error) => (this.sentence ??= `A worker could not be started: ${error.message}.`));
    this.process.once('close', (_, signal) => this.buryWith(signal));
  }

  get isIdle(): boolean {
    return this.about !== undefined && this.jobs.length === 0 && !this.isEnding;
  }

  get isBusy(): boolean {
    return this.jobs.length > 0;
  }

  get pid(): number | undefined {
    return this.process.pid;
  }

  /** Hands it jobs; it must be idle. */
  give(jobs: Job[]): void {
    this.jobs = jobs;
    this.order = ++orders;
    this.startClock();
    this.tell(orderOf(this.order, jobs));
  }

  /** Ends it at once. */
  kill(): void {
    this.isEnding = true;
    this.process.kill('SIGKILL');
  }

  private tell(order: Order): void {
    this.process.send(order, () => undefined); // one that cannot hear any more has ended
  }

  private hear(report: Report): void {
    if (report.kind === 'ready') {
      this.about = report.about;
      this.events.ready(report.about);
    } else if (report.kind === 'unusable') this.sentence = report.sentence;
    else if (report.kind === 'memory') Object.assign(this.memory, { rss: report.rss, tensors: report.tensors });
    else if (report.id === this.order) this.hearOf(report);
  }

  private hearOf(report: Extract<Report, { id: number }>): void {
    if (report.kind === 'text') {
      const [job] = this.jobs as GenerateJob[];
      this.startClock();
      if (job.isDropped) this.tell({ kind: 'stop', id: this.order });
      else job.text(report.text);
      return;
    }
    const jobs = this.jobs;
    clearTimeout(this.clock);
    this.jobs = [];
    if (report.kind === 'outcomes') jobs.forEach((job, i) => this.settle(job as AnswerJob, report.outcomes[i]));
    else if (report.refused !== undefined) jobs[0].fail(new ServiceError(400, report.refused));
    else if (report.failed !== undefined) this.settleFailed(jobs[0], report.failed);
    else (jobs[0] as GenerateJob).done();
    this.events.idle();
  }

  private settle(job: AnswerJob, outcome: Outcome): void {
    if ('answer' in outcome) job.done(outcome.answer);
    else if ('refused' in outcome) job.fail(new ServiceError(400, outcome.refused));
    else this.settleFailed(job, outcome.failed);
  }

  private settleFailed(job: Job, stack: string): void {
    this.events.failed(stack);
    job.fail(new ServiceError(500, 'The model failed at this request; the log of the service says why.'));
  }

  /** An order, or the next piece of a text, takes at most the service's timeout. */
  private startClock(): void {
    clearTimeout(this.clock);
    this.clock = setTimeout(() => {
      const jobs = this.jobs.splice(0);
      const sentence = `The model took longer than ${this.timeout / 1000} s, so it was stopped.`;
      for (const job of jobs) job.fail(new ServiceError(503, sentence));
      this.process.kill('SIGKILL');
    }, this.timeout);
  }

  private buryWith(signal: string | null): void {
    clearTimeout(this.clock);
    const sentence = 'The process that computed this request has ended before it was done; send the request again.';
    for (const job of this.jobs.splice(0)) job.fail(new ServiceError(503, sentence, 1));
    this.events.ended(this.sentence, signal);
  }
}
