/** What native code writes to stderr: TensorFlow's chatter is dropped, the rest is shown. */

/** Information and warnings; errors about a GPU that is not there; the lines around them. */
const chatter = [
  /^WARNING: All log messages before absl::InitializeLog\(\)/,
  /^[IW]\d{4} [\d:.]+ +\d+ \S+\.(cc|h|cpp):\d+\]/,
  /^\d{4}-\d\d-\d\d [\d:.]+: [IW] \S+\.(cc|h|cpp):\d+\]/,
  /^(E\d{4} [\d:.]+ +\d+|\d{4}-\d\d-\d\d [\d:.]+: E) \S*(cuda_\w+|computation_placer)\.cc:\d+\]/,
  /^To enable the following instructions: .*rebuild TensorFlow/,
];

/** V8's last words; the kernel says the same in one sentence. */
const heapReport = /^<--- Last few GCs --->|^FATAL ERROR: .*JavaScript heap out of memory/;

/** A line is told by its start; the rest may be anything, and long. */
const mostStartCharacters = 300;

/** Splits a stream into lines and says which are for the reader. */
export class NativeLog {
  private rest = '';
  /** Empty lines wait for the line after them: they may belong to something that is dropped. */
  private blank = '';
  /** V8 has run out of heap; what follows is its dump. */
  heapIsFull = false;

  /** Takes a piece of the stream; returns the text to show. */
  read(piece: string): string {
    const lines = (this.rest + piece).split(/(?<=\n)/);
    this.rest = lines.at(-1)?.endsWith('\n') ? '' : (lines.pop() ?? '');
    return lines.map((line) => this.shown(line)).join('');
  }

  /** The unfinished last line. */
  end(): string {
    const last = this.rest;
    this.rest = '';
    return last && this.shown(last);
  }

  private shown(line: string): string {
    const start = line.slice(0, mostStartCharacters);
    const isEmpty = line === '\n' || line === '\r\n';
    if (isEmpty) this.blank += line;
    this.heapIsFull ||= heapReport.test(start);
    if (isEmpty || this.heapIsFull || chatter.some((pattern) => pattern.test(start))) return '';
    const shown = this.blank + line;
    this.blank = '';
    return shown;
  }
}
