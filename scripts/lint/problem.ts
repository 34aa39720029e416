/** A thing to mend: where it is, and what to do, in one sentence. */
export interface Problem {
  /** Relative to the root of the course. */
  file: string;
  /** For example `cell 3` or `line 12`. */
  place?: string;
  message: string;
}

export const show = ({ file, place, message }: Problem): string => `✗ ${file}${place ? `, ${place}` : ''}: ${message}`;

/** Tells on which line each place of a text is, for places asked in order. */
export function linesOf(text: string): (index: number) => number {
  let line = 1;
  let counted = 0;
  return (index) => {
    for (; counted < index; counted++) if (text[counted] === '\n') line++;
    return line;
  };
}
