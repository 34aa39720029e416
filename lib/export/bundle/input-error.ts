/** Thrown when what a bundle is asked cannot be answered: the asker's mistake, in one sentence that does not repeat what was asked. */
export class InputError extends Error {
  override readonly name = 'InputError';
}
