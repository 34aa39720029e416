/** What a failing step says: its name, the cause in one sentence, and the cure. */
export class SetupFailure extends Error {
  /** @param {{ step?: string, cause: string, cure: string, log?: string }} words `log`: a file other than set-up's own */
  constructor({ step, cause, cure, log }) {
    super(cause);
    this.name = 'SetupFailure';
    this.step = step;
    this.cause = cause;
    this.cure = cure;
    this.log = log;
  }
}
