import { RandomStream } from '../random';

/** A shuffled copy (Fisher and Yates), the same for the same seed. */
export function shuffled<T>(items: readonly T[], seed: number): T[] {
  const stream = RandomStream.from(seed);
  const copy = [...items];
  for (let k = copy.length - 1; k > 0; k--) {
    const other = stream.integer(0, k);
    [copy[k], copy[other]] = [copy[other], copy[k]];
  }
  return copy;
}
