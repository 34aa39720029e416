/** Which settings of an optimizer make sense. */
import { shown } from '../../options';

/** @throws RangeError naming the first number that is negative or none. */
export function notNegative(owner: string, named: Record<string, number>): void {
  for (const [name, value] of Object.entries(named)) {
    if (typeof value !== 'number' || !(value >= 0))
      throw new RangeError(`${owner}: ${name} is a number of 0 or more; got ${shown(value)}.`);
  }
}

/** @throws RangeError when a beta is not from 0 to below 1, or there are not two. */
export function checkBetas(owner: string, betas: readonly number[]): void {
  if (betas.length === 2 && betas.every((beta) => typeof beta === 'number' && beta >= 0 && beta < 1)) return;
  throw new RangeError(`${owner}: the betas are two numbers from 0 to below 1; got [${betas}].`);
}
