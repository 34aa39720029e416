/**
 * Executes cells one after the other, and tells their stories to the clients.
 *
 * A runner ends its notebook with one more request, so that errors of timers still pending are known:
 * code `//lstm-lab:drain 10`, `store_history: false`. The kernel waits up to 10 seconds (2 when none are given) until
 * no timer is pending; the reply's status is `error` when an error came after its cell had ended and no reply has
 * carried it yet, and has a field `lstm_lab: { peakMegabytes, tensors, pendingTimers }`.
 * Plain headless clients need no such request: each of their cells waits `LSTM_LAB_DRAIN_SECONDS` (2 when unset) for
 * the timers that it has started. Of an error that comes still later they learn by the next cell; after the last cell
 * only the kernel's stderr and its exit code 1 tell.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { CellsProcess } from './cells-process';
import type { Compiler } from './compile/compiler';
import { History } from './history';
import { LateErrors } from './late-errors';
import type { Failure, FromCells, Question, Usage } from './link';
import type { Channels } from './protocol/channels';
import type { Header, Message } from './protocol/message';
import { Questions } from './questions';
import { reportFailure, reportWithout, type ErrorReport } from './report/report';
import { reportTypeErrors } from './report/type-errors';

/** How an execution has ended: with what the cells say, or with the reason why they never will. */
interface Outcome {
  failure?: Failure;
  report?: ErrorReport;
  value?: Record<string, unknown>;
  usage?: Usage;
}

interface Execution {
  id: number;
  request: Message;
  code: string;
  /** What a reader knows it by. */
  label: string;
  /** Its value goes into the reply of its request instead of being shown. */
  isExpression: boolean;
}

const drainRequest = /^\/\/lstm-lab:drain(?: +(\d+(?:\.\d+)?))?\s*$/;
const importsCourse = /\bfrom ?['"]lstm-lab['"]/;
const drainSeconds = Number(process.env.LSTM_LAB_DRAIN_SECONDS ?? 2);
/** After an interrupt, until the reader is told why nothing happens. */
const patienceMilliseconds = 6_000;
const stillRunning =
  'The cell has been told to stop, but is inside a call that cannot be broken off. It stops when that call returns; to end it now, restart the kernel.\n';
const interruptedBefore = 'The cell was interrupted before it ran. The kernel and its variables are kept.';
/** Requests that a client has sent behind a failing cell may still be on their way for a moment. */
const abortWindowMilliseconds = 50;
/** So may a cell whose interrupt was faster, on a socket of its own. */
const overtakingMilliseconds = 1_000;

export class Executions {
  private readonly waiting: Message[] = [];
  readonly history = new History();
  private readonly past = new Map<number, Execution>();
  private readonly late = new LateErrors();
  private readonly questions = new Questions(
    (prompt) => this.running && this.channels.ask(this.running.request, { prompt, password: false }),
    (answer) => this.cells().answer(answer),
  );
  private running: (Execution & { done(outcome: Outcome): void }) | undefined;
  private busy = false;
  private overtaking: { sent: number; until: number } | undefined;
  private count = 0;
  private lastId = 0;

  constructor(
    private readonly channels: Channels,
    private readonly compiler: () => Compiler,
    private readonly cells: () => CellsProcess,
  ) {}

  /** Takes an execute_request; it runs when those before it have ended. */
  add(request: Message): void {
    this.waiting.push(request);
    if (!this.busy) void this.runAll();
  }

  /** No cell has come yet. */
  get untouched(): boolean {
    return this.lastId === 0;
  }

  /** Interrupts the running cell, or one that the client sent before `sent`, the time of the interrupt, and that is still on its way. */
  interrupt(sent = Date.now()): void {
    const { running } = this;
    if (!running) {
      this.overtaking = { sent, until: performance.now() + overtakingMilliseconds };
      return;
    }
    this.cells().interrupt(running.id);
    setTimeout(() => {
      if (this.running === running) this.onNative('stderr', stillRunning);
    }, patienceMilliseconds).unref();
  }

  /** Says again that a cell is running, after another request has said `idle`. */
  repeatStatus(): void {
    if (this.running) this.publish('status', { execution_state: 'busy' }, this.running.request.header);
  }

  /** Errors that no client has been told of in a reply. */
  get unreported(): ErrorReport[] {
    return this.late.pending;
  }

  onMessage(message: FromCells): void {
    const execution = this.past.get(message.cell) ?? this.running;
    if (message.type === 'done') {
      if (this.running?.id === message.cell) this.running.done(message);
    } else if (message.type === 'output') {
      if (message.kind === 'execute_result') this.showResult(message.content, execution);
      else this.show(message.kind, message.content, execution);
    } else {
      const report = reportFailure(message.failure, this.sourceOf);
      this.publish('error', { ...report }, execution?.request.header);
      this.late.add(message.cell, report);
    }
  }

  /** Shows text that did not come from JavaScript. */
  onNative(name: 'stdout' | 'stderr', text: string): void {
    this.show('stream', { name, text }, this.latest);
  }

  onQuestion(question: Question): void {
    if (this.running?.id === question.cell)
      this.questions.add(question, this.running.request.content.allow_stdin === true);
  }

  onAnswer(text: string): void {
    this.questions.answer(text);
  }

  /** Ends the running cell because its process has ended. */
  onDeath(name: string, reason: string): void {
    const report = reportWithout(name, reason);
    if (this.running) this.running.done({ report });
    else this.publish('error', { ...report }, this.latest?.request.header);
  }

  private get latest(): Execution | undefined {
    return this.running ?? this.past.get(this.lastId);
  }

  private async runAll(): Promise<void> {
    this.busy = true;
    for (let request = this.waiting.shift(); request; request = this.waiting.shift()) {
      await this.runOne(request);
    }
    this.busy = false;
  }

  /** Executes one request and answers it; when it fails, those already waiting behind it are called off. */
  private async runOne(request: Message): Promise<void> {
    const { header, content } = request;
    const code = String(content.code ?? '');
    const silent = content.silent === true;
    const counted = isCounted(request);
    this.publish('status', { execution_state: 'busy' }, header);
    if (counted) this.history.add(++this.count, code);
    const execution_count = this.count;
    if (!silent) this.publish('execute_input', { code, execution_count }, header);
    const label = counted ? `Cell [${execution_count}]` : 'Cell';
    const execution = { id: ++this.lastId, request, code, label, isExpression: false };
    const { failure, report, usage } = await this.run(execution);
    const [error] = this.errors(execution, failure ? reportFailure(failure, this.sourceOf) : report);
    const user_expressions = error ? {} : await this.evaluate(content.user_expressions, request);
    const stops = error !== undefined && content.stop_on_error !== false;
    if (stops) await delay(abortWindowMilliseconds);
    const calledOff = stops ? this.waiting.splice(0) : [];
    this.channels.reply('shell', request, {
      ...(error ? { status: 'error', ...error } : { status: 'ok', user_expressions, payload: [] }),
      execution_count,
      ...(usage && drainRequest.test(code) ? { lstm_lab: usage } : {}),
    });
    this.publish('status', { execution_state: 'idle' }, header);
    for (const next of calledOff) this.abort(next);
  }

  /** The values of a request's `user_expressions`, or the error of each, by their names. */
  private async evaluate(expressions: unknown, request: Message): Promise<Record<string, unknown>> {
    const values: Record<string, unknown> = {};
    for (const [name, code] of Object.entries(expressions ?? {})) {
      const expression = { id: ++this.lastId, request, code: `(${code}\n)`, label: name, isExpression: true };
      const { failure, report, value } = await this.run(expression);
      const error = failure ? reportFailure(failure, this.sourceOf) : report;
      values[name] = error
        ? { status: 'error', ...error }
        : { status: 'ok', data: value ?? { 'text/plain': 'undefined' }, metadata: {} };
    }
    return values;
  }

  private async run(execution: Execution): Promise<Outcome> {
    this.past.set(execution.id, execution);
    const outcome = await new Promise<Outcome>((done) => {
      this.running = { ...execution, done };
      if (this.isOvertaken(execution.request.header)) done({ report: reportWithout('Interrupted', interruptedBefore) });
      else this.start(execution, done);
    });
    this.running = undefined;
    this.questions.clear();
    return outcome;
  }

  private isOvertaken(request: Header): boolean {
    const { overtaking } = this;
    this.overtaking = undefined;
    return (
      overtaking !== undefined && performance.now() < overtaking.until && Date.parse(request.date) <= overtaking.sent
    );
  }

  private start({ id, code, label, request, isExpression }: Execution, done: (outcome: Outcome) => void): void {
    const drain = isExpression ? undefined : drainRequest.exec(code);
    if (drain) return this.cells().send({ type: 'drain', cell: id, seconds: Number(drain[1] ?? 2) });
    if (importsCourse.test(code)) this.cells().send({ type: 'load', package: 'lstm-lab' });
    try {
      const compilation = this.compiler().compile(code);
      if ('diagnostics' in compilation) return done({ report: reportTypeErrors(compilation.diagnostics, label, code) });
      const cell = { id, label, script: compilation.script };
      if (isExpression) return this.cells().send({ type: 'evaluate', cell });
      // Also after a failure: what the cell had assigned until then stays usable.
      compilation.declares();
      this.cells().send({ type: 'run', cell, drainSeconds: isHeadless(request) ? drainSeconds : 0 });
    } catch (error) {
      const { name, message } = error as Error;
      done({ report: reportWithout(name, `The TypeScript compiler failed on this cell: ${message}`) });
    }
  }

  /** The cell's own error, then late ones; shows those that are not yet shown under this cell. */
  private errors(execution: Execution, own: ErrorReport | undefined): ErrorReport[] {
    if (own) this.show('error', { ...own }, execution);
    const late = this.late.take(execution.id, isHeadless(execution.request));
    for (const { cell, report } of late) if (cell !== execution.id) this.show('error', { ...report }, execution);
    return [...(own ? [own] : []), ...late.map(({ report }) => report)];
  }

  private abort(request: Message): void {
    this.publish('status', { execution_state: 'busy' }, request.header);
    this.channels.reply('shell', request, { status: 'aborted' });
    this.publish('status', { execution_state: 'idle' }, request.header);
  }

  private showResult(content: Record<string, unknown>, execution: Execution | undefined): void {
    const text = (content.data as Record<string, unknown>)['text/plain'];
    if (typeof text === 'string' && isCounted(execution?.request)) this.history.addOutput(text);
    this.show('execute_result', { ...content, execution_count: this.count }, execution);
  }

  /** Publishes output, unless its request wants none. */
  private show(type: string, content: Record<string, unknown>, execution: Execution | undefined): void {
    if (execution?.request.content.silent !== true) this.publish(type, content, execution?.request.header);
  }

  private publish(type: string, content: Record<string, unknown>, parent: Header | undefined): void {
    this.channels.publish(type, content, parent);
  }

  private readonly sourceOf = (cell: number): string | undefined => this.past.get(cell)?.code;
}

/** The client answers no questions: a program executes the notebook. */
function isHeadless({ content }: Message): boolean {
  return content.allow_stdin === false;
}

/** The request has an execution count of its own, and a place in the history. */
function isCounted(request: Message | undefined): boolean {
  return request?.content.silent !== true && request?.content.store_history !== false;
}
