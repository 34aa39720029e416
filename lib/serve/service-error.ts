/** Thrown when the service does not answer a request: the status of HTTP, and one sentence for whoever asked. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';

  constructor(
    readonly status: number,
    sentence: string,
    /** After how many seconds it is worth trying again. */
    readonly retryAfter?: number,
  ) {
    super(sentence);
  }
}
