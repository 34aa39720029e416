/** Damaged copies of a file: the same ones in each run. */
import { RandomStream } from '../../lib/random';

/** `count` copies of `content`, each with bytes changed, removed, or cut off. */
export function* mutations(content: Uint8Array, count: number): Generator<Uint8Array> {
  const random = RandomStream.from(14);
  const place = () => random.integer(0, content.length - 1);
  for (let i = 0; i < count; i++) {
    const kind = i % 4;
    if (kind === 0) yield content.slice(0, place());
    else if (kind === 1) {
      const at = place();
      yield Buffer.concat([content.subarray(0, at), content.subarray(at + random.integer(1, 16))]);
    } else {
      const copy = new Uint8Array(content);
      for (let changes = random.integer(1, 4); changes > 0; changes--)
        copy[place()] = kind === 2 ? random.integer(0, 255) : 255 * random.integer(0, 1);
      yield copy;
    }
  }
}
