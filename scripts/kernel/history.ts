/** What has been executed in this session, for `history_request`: a console's arrow keys and its search. */

interface Entry {
  /** The execution count. */
  line: number;
  input: string;
  output: string | null;
}

/** Clients may ask for earlier sessions; this kernel keeps none, and its own has this number. */
const thisSession = 1;

/** As Jupyter sends it; 0 stands for the present session. */
interface HistoryRequest {
  hist_access_type?: string;
  output?: boolean;
  session?: number;
  start?: number;
  stop?: number | null;
  n?: number | null;
  pattern?: string;
  unique?: boolean;
}

export class History {
  private readonly entries: Entry[] = [];

  add(line: number, input: string): void {
    this.entries.push({ line, input, output: null });
  }

  /** Keeps the text of the value that the latest input has given. */
  addOutput(text: string): void {
    const latest = this.entries.at(-1);
    if (latest) latest.output = text;
  }

  /** The `history` of a reply: `[session, line, input]`, or `[session, line, [input, output]]`. */
  find(request: HistoryRequest): unknown[] {
    return this.chosen(request).map(({ line, input, output }) => [
      thisSession,
      line,
      request.output ? [input, output] : input,
    ]);
  }

  private chosen({
    hist_access_type,
    session = 0,
    start = 0,
    stop,
    n,
    pattern = '*',
    unique,
  }: HistoryRequest): Entry[] {
    if (hist_access_type === 'range') {
      if (session !== 0 && session !== thisSession) return [];
      return this.entries.filter(({ line }) => line >= start && (typeof stop !== 'number' || line < stop));
    }
    if (hist_access_type === 'tail') return last(this.entries, n);
    const matches = globMatcher(pattern);
    const found = this.entries.filter(({ input }) => matches(input));
    return last(unique ? latestOfEach(found) : found, n);
  }
}

function last(entries: Entry[], count: number | null | undefined): Entry[] {
  return typeof count === 'number' ? entries.slice(Math.max(0, entries.length - count)) : entries;
}

function latestOfEach(entries: Entry[]): Entry[] {
  const latest = new Map(entries.map((entry) => [entry.input, entry]));
  return entries.filter((entry) => latest.get(entry.input) === entry);
}

/** A function that says whether a whole text matches a glob pattern: `*`, `?`, `[a-z]`, `[^a]`. Takes at most length times length steps. */
function globMatcher(pattern: string): (text: string) => boolean {
  const parts = pattern.match(/\[[^[\]]+\]|[^]/gu) ?? [];
  const fits = parts.map((part) => {
    if (part === '*') return undefined;
    if (part === '?') return () => true;
    if (part.length > 2) return (character: string) => inSet(part.slice(1, -1), character);
    return (character: string) => character === part;
  });
  return (text) => {
    const characters = [...text];
    let [at, part, afterStar, restart] = [0, 0, -1, 0];
    while (at < characters.length) {
      const fit = fits[part];
      if (part < fits.length && fit === undefined) [afterStar, restart] = [++part, at];
      else if (fit?.(characters[at])) [at, part] = [at + 1, part + 1];
      else if (afterStar >= 0) [part, at] = [afterStar, ++restart];
      else return false;
    }
    return fits.slice(part).every((fit) => fit === undefined);
  };
}

function inSet(set: string, character: string): boolean {
  const negated = set.startsWith('^') && set.length > 1;
  const members = [...(negated ? set.slice(1) : set)];
  let found = false;
  for (let at = 0; at < members.length; at++) {
    const isRange = members[at + 1] === '-' && at + 2 < members.length;
    found ||= isRange ? members[at] <= character && character <= members[at + 2] : members[at] === character;
    if (isRange) at += 2;
  }
  return found !== negated;
}
