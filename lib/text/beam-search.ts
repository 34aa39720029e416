import { checkOptions, positiveInteger } from '../options';

/**
 * What a decoder says next. Row k of this call goes on from row `from[k]` of the call before (in the first call: from line `from[k]`), with
 * `last[k]` as its newest token. Gives the logarithms of the probabilities of every token, `[rows, tokens]`.
 */
export type NextTokens = (last: Int32Array, from: Int32Array) => ArrayLike<number>;

/** How `beamSearch` looks. */
export interface BeamSearchOptions {
  /** How many lines are decoded side by side. Default: 1. */
  lines?: number;
  /** The token that stands before the first. */
  start: number;
  /** The token that ends a line. */
  end: number;
  /** Tokens at most, the end included. */
  maxLength: number;
  /** How many beginnings of each line are kept. 1 is greedy search. Default: 1. */
  width?: number;
  /** α of Wu et al. 2016: a beginning of n tokens is ranked by its log-probability over ((5 + n) / 6)^α. Default: 0, by log-probability. */
  lengthPenalty?: number;
}

/** One way to go on, to its end or to `maxLength`. */
export interface Hypothesis {
  /** Without start and end. */
  tokens: number[];
  /** Natural logarithm of its probability, the end included. */
  logProbability: number;
  /** What it is ranked by. */
  score: number;
  /** Whether it came to its end within `maxLength`. */
  ended: boolean;
}

/**
 * Beam search (Lowerre 1976; for networks Sutskever et al. 2014): at each step every kept beginning is extended by every token, and the
 * `width` best of all extensions are kept. What has ended stays among them with the score that it has. Gives the kept hypotheses of each
 * line, best first. Greedy search is width 1.
 *
 * @example
 * // From token 0 either 1 or 2 may follow; 3, the end, follows both.
 * const chances = [[-9, -1, -0.5, -9], [-9, -9, -9, 0], [-9, -9, -9, 0]]; // logarithms
 * const next = (last: Int32Array) => [...last].flatMap((token) => chances[token]);
 * const [found] = text.beamSearch(next, { start: 0, end: 3, maxLength: 5, width: 2 });
 * console.log(found.map(({ tokens }) => tokens)); // [ [ 2 ], [ 1 ] ]
 */
export function beamSearch(next: NextTokens, options: BeamSearchOptions): Hypothesis[][] {
  checkOptions('beamSearch', options, ['lines', 'start', 'end', 'maxLength', 'width', 'lengthPenalty']);
  const { start, end, lengthPenalty = 0 } = options;
  const lines = positiveInteger('lines', options.lines ?? 1);
  const width = positiveInteger('width', options.width ?? 1);
  const maxLength = positiveInteger('maxLength', options.maxLength);
  const scoreOf = (logProbability: number, length: number): number =>
    logProbability / ((5 + length) / 6) ** lengthPenalty;

  let beams: Beginning[][] = Array.from({ length: lines }, (_, line) => [
    { tokens: [], logProbability: 0, score: 0, ended: false, row: line },
  ]);
  for (let length = 1; length <= maxLength && beams.flat().some(({ ended }) => !ended); length++) {
    const open = beams.flat().filter(({ ended }) => !ended);
    const last = Int32Array.from(open, ({ tokens }) => tokens.at(-1) ?? start);
    const logProbabilities = next(
      last,
      Int32Array.from(open, ({ row }) => row),
    );
    const tokenCount = logProbabilities.length / open.length;
    if (!Number.isInteger(tokenCount) || end >= tokenCount)
      throw new Error(
        `beamSearch asked for ${open.length} rows of log-probabilities and got ${logProbabilities.length} numbers; ` +
          `a row must hold one for each token, ${end} (the end) included.`,
      );
    let row = 0;
    beams = beams.map((beam) => {
      const candidates: Candidate[] = [];
      for (const parent of beam) {
        if (parent.ended) offer(candidates, { parent, ...parent }, width);
        else {
          for (let token = 0; token < tokenCount; token++) {
            const logProbability = parent.logProbability + logProbabilities[row * tokenCount + token];
            if (Number.isNaN(logProbability))
              throw new RangeError(`The log-probability of token ${token} is NaN; the model has diverged.`);
            offer(candidates, { parent, token, row, logProbability, score: scoreOf(logProbability, length) }, width);
          }
          row++;
        }
      }
      return candidates.map(({ parent, token, ...rest }) =>
        token === undefined
          ? parent
          : { ...rest, tokens: token === end ? parent.tokens : [...parent.tokens, token], ended: token === end },
      );
    });
  }
  return beams.map((beam) =>
    beam.map(({ tokens, logProbability, score, ended }) => ({ tokens, logProbability, score, ended })),
  );
}

interface Beginning extends Hypothesis {
  /** The row of the last call that it came from. */
  row: number;
}

interface Candidate {
  parent: Beginning;
  /** None where the parent has ended. */
  token?: number;
  row: number;
  logProbability: number;
  score: number;
}

/** Keeps the `width` best candidates in order; of equals the first comes first. */
function offer(candidates: Candidate[], candidate: Candidate, width: number): void {
  const worse = candidates.findIndex(({ score }) => score < candidate.score);
  const place = worse < 0 ? candidates.length : worse;
  if (place >= width) return;
  candidates.splice(place, 0, candidate);
  if (candidates.length > width) candidates.pop();
}
