/** What answers: the workers of the bundle, which others can take the place of while requests go on. */
import type { Answer, Explanation } from '../export';
import type { GenerateJob, AnswerJob } from './jobs';
import { Pool, type PoolEvents, type PoolOptions } from './pool';
import type { About } from './protocol';
import { ServiceError } from './service-error';

/** Whoever asked, who may go away. */
export interface Asker {
  readonly isGone: boolean;
}

export class Engine {
  private reloading?: Promise<About>;
  private isClosed = false;

  private constructor(
    public pool: Pool,
    private file: string,
    private readonly options: PoolOptions,
    private readonly events: PoolEvents,
  ) {}

  /** @throws Error of one sentence when the bundle cannot be used */
  static async start(file: string, options: PoolOptions, events: PoolEvents): Promise<Engine> {
    return new Engine(await Pool.start(file, options, events), file, options, events);
  }

  get about(): About {
    return this.pool.about;
  }

  /** The answer to a raw input. @throws ServiceError */
  answer(kind: AnswerJob['kind'], input: unknown, asker: Asker): Promise<Answer | Explanation> {
    const { pool } = this;
    return new Promise((done, fail) =>
      pool.submit({
        kind,
        input,
        since: performance.now(),
        done,
        fail,
        get isDropped() {
          return asker.isGone;
        },
      }),
    );
  }

  /** Writes how a prompt goes on: each piece to `text`. @throws ServiceError */
  generate(
    prompt: string,
    options: GenerateJob['options'],
    asker: Asker,
    text: (piece: string) => void,
  ): Promise<void> {
    const { pool } = this;
    const kind = 'generate';
    return new Promise((done, fail) =>
      pool.submit({
        kind,
        prompt,
        options,
        since: performance.now(),
        text,
        done,
        fail,
        get isDropped() {
          return asker.isGone;
        },
      }),
    );
  }

  /**
   * Starts workers with the bundle as it now is on disk, or with another file; when they are ready new requests go to them, and the old ones
   * end when they have answered theirs.
   * @throws ServiceError when the new bundle cannot be used, or answers other questions; the old one goes on then
   */
  reload(file = this.file): Promise<About> {
    this.reloading ??= this.replacePool(file).finally(() => (this.reloading = undefined));
    return this.reloading;
  }

  private async replacePool(file: string): Promise<About> {
    const next = await Pool.start(file, this.options, this.events).catch((error: Error) => {
      throw new ServiceError(422, `The bundle was not reloaded: ${error.message}`);
    });
    const [now, then] = [this.about, next.about];
    if (this.isClosed || then.task !== now.task || then.reads !== now.reads) {
      next.close();
      throw new ServiceError(
        422,
        `The bundle was not reloaded: it does not ${now.task} a ${now.reads} as this service does; start another for it.`,
      );
    }
    const old = this.pool;
    this.pool = next;
    this.file = file;
    void old.drained().then(() => old.close());
    return then;
  }

  /** Answers who waits, and ends the workers. */
  async close(longest: number): Promise<void> {
    this.isClosed = true;
    let clock: NodeJS.Timeout | undefined;
    await Promise.race([this.pool.drained(), new Promise((resolve) => (clock = setTimeout(resolve, longest)))]);
    clearTimeout(clock);
    this.pool.close();
  }
}
