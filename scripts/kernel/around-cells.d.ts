/** What cells find around them beyond Node's own. */

/**
 * Asks the reader for a line of text, and waits for it.
 * Returns the answer, `otherwise` for an empty one, or `null` at the end of input (Ctrl-D). Throws `NoInput` where nobody can be asked.
 */
declare function prompt(question?: string, otherwise?: string): string | null;

/** Asks the reader for yes or no, and waits. Throws `NoInput` where nobody can be asked. */
declare function confirm(question?: string): boolean;
