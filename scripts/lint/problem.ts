/** A thing to mend: where it is, and what to do, in one sentence. */
export interface Problem {
  /** Relative to the root of the course. */
  file: string;
  /** For example `cell 3` or `line 12`. */
  place?: string;
  message: string;
}

export const show = ({ file, place, message }: Problem): string => `✗ ${file}${place ? `, ${place}` : ''}: ${message}`;
