/** Questions of the running cell, put to the reader one after the other. */
import type { Answer, Question } from './link';

const notAllowed =
  'The program that runs this notebook takes no input (allow_stdin is false), as those that run notebooks without a reader do. ' +
  'Put the value into the code, or read it from process.env.';

export class Questions {
  private readonly waiting: Question[] = [];

  constructor(
    /** Shows a question to the reader. */
    private readonly show: (text: string) => void,
    private readonly tell: (answer: Answer) => void,
  ) {}

  /** Takes a question; `allowed` says whether its client answers any. */
  add(question: Question, allowed: boolean): void {
    if (!allowed) return this.tell({ id: question.id, refusal: notAllowed });
    this.waiting.push(question);
    if (this.waiting.length === 1) this.show(question.text);
  }

  /** The reader's answer to the question shown; one that comes when nothing is asked is an answer to a cell that has ended. */
  answer(text: string): void {
    const question = this.waiting.shift();
    if (!question) return;
    this.tell({ id: question.id, text });
    if (this.waiting.length > 0) this.show(this.waiting[0].text);
  }

  /** The cell has ended. */
  clear(): void {
    this.waiting.length = 0;
  }
}
