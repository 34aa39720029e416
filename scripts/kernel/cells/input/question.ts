/** Questions of cells to the reader. */
import { Interrupted, runningCell } from '../context';
import { flush } from '../front';
import { stop } from '../interruption';
import { ask, flags, nextAnswer, onAnswer } from '../thread';
import type { Answer } from '../../link';

/** Thrown where nobody can be asked. */
export class NoInput extends Error {
  override readonly name = 'NoInput';
}

/** What a reader types in place of Ctrl-D, as in Python's kernel. */
const endOfInput = '\x04';

interface Open {
  cell: number;
  settle(answer: Answer): void;
}

const open = new Map<number, Open>();
let lastId = 0;

/** Asks, and waits for the answer; `null` at the end of input. Nothing else runs meanwhile. */
export function askAndWait(text: string): string | null {
  let answer: Answer | undefined;
  const { id, cell } = put(text, (given) => (answer = given));
  while (!answer) {
    const next = nextAnswer(() => Atomics.load(flags, 0) === cell);
    if (next) settle(next);
    else {
      open.delete(id);
      stop();
      throw new Interrupted();
    }
  }
  return textOf(answer);
}

/** Asks; the answer comes later, `null` at the end of input. */
export async function askLater(text: string): Promise<string | null> {
  return textOf(await new Promise<Answer>((resolve) => put(text, resolve)));
}

/** Resolves when a cell waits for no more answers. */
export async function answered(cell: number): Promise<void> {
  while ([...open.values()].some((question) => question.cell === cell))
    await new Promise((resolve) => setTimeout(resolve, 10));
}

/** From now on answers are heard. */
export function hearAnswers(): void {
  onAnswer(settle);
}

function put(text: string, settle: (answer: Answer) => void): { id: number; cell: number } {
  const cell = runningCell()?.id;
  if (cell === undefined)
    throw new NoInput(`The reader can be asked only while a cell runs; the question was ${JSON.stringify(text)}.`);
  const id = ++lastId;
  open.set(id, { cell, settle });
  flush();
  ask({ id, cell, text });
  return { id, cell };
}

function settle(answer: Answer): void {
  const question = open.get(answer.id);
  open.delete(answer.id);
  question?.settle(answer);
}

function textOf({ text, refusal }: Answer): string | null {
  if (refusal) throw new NoInput(refusal);
  return text === undefined || text === endOfInput ? null : text;
}
