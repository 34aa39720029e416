/** `prompt` and `confirm`, as pages and Deno have them. */
import { askAndWait } from './question';

export function installPrompt(): void {
  Object.assign(globalThis, { prompt, confirm });
}

function prompt(question: unknown = '', otherwise?: unknown): string | null {
  const answer = askAndWait(question === '' ? '' : `${String(question)} `);
  return answer === '' && otherwise !== undefined ? String(otherwise) : answer;
}

function confirm(question: unknown = ''): boolean {
  return /^\s*y(es)?\s*$/i.test(askAndWait(`${String(question)} [y/N] `) ?? '');
}
