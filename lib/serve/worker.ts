/**
 * A worker: a process that holds one bundle and computes. It is a process and not a thread because one that is killed, by the system that
 * runs out of memory for one, takes nobody with it.
 */
import { backendInfo, tf } from '../backend';
import { fromBundle, InputError, type Bundle, type Sample } from '../export';
import type { About, Order, Outcome, Report } from './protocol';

/** How often a worker says how much memory it takes, in ms. */
const memoryEvery = 2000;

const say = (report: Report): void => void process.send?.(report);

const wrong = (error: unknown): { refused: string } | { failed: string } => {
  const { message, stack = message } = error as Error;
  return error instanceof InputError ? { refused: message } : { failed: stack };
};

function aboutOf(bundle: Bundle): About {
  const { title, labels } = bundle.description;
  const { task, reads, window } = bundle;
  return { title, task, reads, labels, window, parameters: bundle.model.countParams(), backend: backendInfo().name };
}

/** The outcome of each input; those that the model can read go through it together. */
async function answer(bundle: Bundle, inputs: unknown[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const samples: { place: number; sample: Sample }[] = [];
  inputs.forEach((input, place) => {
    try {
      samples.push({ place, sample: bundle.prepare(input) });
    } catch (error) {
      outcomes[place] = wrong(error);
    }
  });
  const answers = await bundle.answers(samples.map(({ sample }) => sample));
  samples.forEach(({ place }, i) => (outcomes[place] = { answer: answers[i] }));
  return outcomes;
}

async function explain(bundle: Bundle, inputs: unknown[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const input of inputs)
    outcomes.push(
      await bundle.explain(input).then(
        (explanation) => ({ answer: explanation }),
        (error: unknown) => wrong(error),
      ),
    );
  return outcomes;
}

const stops = new Map<number, AbortController>();

async function generate(bundle: Bundle, { id, prompt, options }: Extract<Order, { kind: 'generate' }>): Promise<void> {
  const stop = new AbortController();
  stops.set(id, stop);
  try {
    for await (const text of bundle.generate(prompt, { ...options, signal: stop.signal }))
      say({ kind: 'text', id, text });
    say({ kind: 'end', id });
  } catch (error) {
    say({ kind: 'end', id, ...wrong(error) });
  } finally {
    stops.delete(id);
  }
}

async function carryOut(bundle: Bundle, order: Order): Promise<void> {
  if (order.kind === 'stop') stops.get(order.id)?.abort();
  else if (order.kind === 'generate') await generate(bundle, order);
  else {
    const { id, inputs, kind } = order;
    const outcomes = await (kind === 'answer' ? answer : explain)(bundle, inputs).catch((error: unknown) =>
      inputs.map(() => wrong(error)),
    );
    say({ kind: 'outcomes', id, outcomes });
  }
}

/** Computes once, so that the first who asks does not wait longer than the others. */
async function warmUp(bundle: Bundle): Promise<void> {
  const { window } = bundle;
  const step = new Array<number>(window?.features ?? 1).fill(0);
  const sample: Sample = window
    ? bundle.prepare(new Array(window.time ?? 8).fill(step))
    : { numbers: [1], tokens: [''] };
  await bundle.outputs([sample]);
}

async function main(file: string): Promise<void> {
  process.on('disconnect', () => process.exit()); // whoever asked is gone
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined); // the service's to act on
  try {
    const bundle = await fromBundle(file);
    await warmUp(bundle);
    process.on('message', (order: Order) => void carryOut(bundle, order));
    setInterval(
      () => say({ kind: 'memory', rss: process.memoryUsage.rss(), tensors: tf.memory().numTensors }),
      memoryEvery,
    ).unref();
    say({ kind: 'ready', about: aboutOf(bundle) });
  } catch (error) {
    say({ kind: 'unusable', sentence: (error as Error).message });
    process.disconnect();
  }
}

void main(process.argv[2]);
