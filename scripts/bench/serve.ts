/** A contender's side of the conversation with the bench: one order a line in, one answer a line out. */
import readline from 'node:readline';
import type { Answer, Order, Task, Workload } from './workload';

/** A model that a contender has built, ready to be timed. */
export interface Subject {
  /** None where a contender does not train. */
  train?(count: number): Promise<number[]>;
  predict(count: number): Promise<number[]>;
}

/** Milliseconds that something takes. */
export async function timed(run: () => unknown): Promise<number> {
  const start = process.hrtime.bigint();
  await run();
  return Number(process.hrtime.bigint() - start) / 1e6;
}

/** Answers orders until the input ends; a model is built, and run once, when it is first asked for. */
export async function serve(build: (workload: Workload) => Promise<Subject>): Promise<void> {
  const subjects = new Map<string, Subject>();
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const { workload, task, count } = JSON.parse(line) as Order;
    const key = JSON.stringify(workload);
    let subject = subjects.get(key);
    if (!subject) {
      subject = await build(workload);
      for (const each of ['train', 'predict'] satisfies Task[]) await subject[each]?.(1);
      subjects.set(key, subject);
    }
    const answer: Answer = { ms: (await subject[task]?.(count)) ?? [] };
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
}
