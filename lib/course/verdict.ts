/** What a checker says of an answer. */
export type Verdict = {
  passed: boolean;
  message: string;
};

/** The answer is right; without a message the exercise's own praise is said. */
export const passed = (message = ''): Verdict => ({ passed: true, message });

/** The answer is not right yet; `message` says where to look, and never holds the answer. */
export const hint = (message: string): Verdict => ({ passed: false, message });
