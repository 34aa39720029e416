/** Pieces of a text as server-sent events (WHATWG HTML, 9.2), as they are written. */
import type { ServerResponse } from 'node:http';

export class EventStream {
  private isOpen = false;

  constructor(
    private readonly response: ServerResponse,
    private readonly headers: Record<string, string>,
  ) {}

  /** Whether something was sent, so that the status cannot be changed any more. */
  get hasBegun(): boolean {
    return this.isOpen;
  }

  /** Sends an event with its data as JSON. */
  send(event: 'piece' | 'done' | 'error', data: object): void {
    if (!this.isOpen) {
      this.isOpen = true;
      this.response.writeHead(200, {
        ...this.headers,
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
      });
    }
    this.response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  end(): void {
    this.response.end();
  }
}
