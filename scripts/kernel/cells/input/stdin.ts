/** `process.stdin` and readline: the reader is asked when a cell waits for a line, not before. */
import module from 'node:module';
import readline from 'node:readline';
import readlinePromises from 'node:readline/promises';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { runningCell } from '../context';
import { askLater } from './question';
import { installStdinFile } from './stdin-file';

/** Lines that the reader types; asked for while someone listens. */
class Stdin extends Readable {
  readonly fd = 0;
  private hungry = false;

  constructor() {
    super();
    this.on('newListener', (name) => {
      if (name === 'data' || name === 'readable') process.nextTick(() => this.feed());
    });
  }

  override _read(): void {
    this.hungry = true;
    this.feed();
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  private feed(): void {
    if (!this.hungry || this.listenerCount('data') + this.listenerCount('readable') === 0) return;
    this.hungry = false;
    askLater('').then(
      (line) => this.push(withEnd(line)),
      (error: Error) => this.destroy(error),
    );
  }
}

type Callback = (answer: string) => void;
interface Interface extends readline.Interface {
  question(query: string, ...rest: unknown[]): void | Promise<string>;
}
type Create = (options: readline.ReadLineOptions) => Interface;

/** Each cell has a stream of its own: one that a cell has left half read, or closed, is not in the way of the next. */
export function installStdin(): void {
  const streams = new Map<number, Stdin>();
  Object.defineProperty(process, 'stdin', {
    configurable: true,
    enumerable: true,
    get() {
      const cell = runningCell()?.id ?? 0;
      if (!streams.has(cell)) {
        streams.clear();
        streams.set(cell, new Stdin());
      }
      return streams.get(cell);
    },
  });
  for (const each of [readline, readlinePromises] as unknown as { createInterface: Create }[])
    each.createInterface = askingByLine(each.createInterface);
  installStdinFile();
  module.syncBuiltinESMExports();
}

/** readline reads ahead whether a line is wanted or not. Over `process.stdin` it is given lines as it wants them. */
function askingByLine(create: Create): Create {
  return (first: readline.ReadLineOptions | NodeJS.ReadableStream, ...rest: unknown[]) => {
    const options = 'input' in first ? first : { input: first, output: rest[0] as NodeJS.WritableStream };
    if (!(options.input instanceof Stdin)) return (create as (...args: unknown[]) => Interface)(first, ...rest);
    const input = new Readable({ read: () => undefined });
    const lines = create({ ...options, input, terminal: false });
    answerQuestions(lines, input);
    answerListeners(lines, input);
    return lines;
  };
}

function answerQuestions(lines: Interface, input: Readable): void {
  const question = lines.question.bind(lines);
  const asking = (query: string, ...rest: unknown[]) => {
    const asked = askLater(query).then((line) => void input.push(withEnd(line)));
    // The client shows the question with its box.
    const given = question('', ...rest);
    return given && Promise.race([given, asked.then(() => given)]);
  };
  Object.defineProperty(asking, promisify.custom, {
    value: (query: string) => new Promise<string>((done) => asking(query, done as Callback)),
  });
  lines.question = asking;
}

function answerListeners(lines: Interface, input: Readable): void {
  let closed = false;
  let asking = false;
  const askOn = async () => {
    if (asking) return;
    asking = true;
    try {
      while (!closed && lines.listenerCount('line') > 0) {
        input.push(withEnd(await askLater('')));
        await new Promise<void>((resolve) => process.nextTick(resolve));
      }
    } catch (error) {
      lines.close();
      throw error;
    } finally {
      asking = false;
    }
  };
  lines.on('close', () => (closed = true));
  lines.on('newListener', (name) => {
    if (name === 'line') process.nextTick(() => void askOn());
  });
}

function withEnd(line: string | null): string | null {
  return line === null ? null : `${line}\n`;
}
