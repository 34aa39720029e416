/** The n-gram language model that a network has to beat: interpolated Kneser-Ney (Kneser and Ney 1995; Chen and Goodman 1998, section 4.1.6). */
import { checkOptions, positiveInteger } from '../options';

/** What is modelled: words, numbers of tokens, or the characters of a string. */
export type Tokens = string | ArrayLike<string | number>;

/** Options of {@link KneserNey}. */
export interface KneserNeyOptions {
  /** The longest n-gram: a token is predicted from the `order` - 1 before it. Default: 5. */
  order?: number;
  /** How many tokens there are, seen or not. Default: those of the training texts and one for all others. */
  vocabularySize?: number;
}

/** The empty context. */
const ROOT = 0;

/**
 * A language model of n-grams. Of each count D = n₁ / (n₁ + 2n₂) is taken, nᵢ being how many n-grams of that length have the count i (0.5
 * where n₁ is 0), and given to the shorter context; below the longest n-grams a count is that of different tokens in front:
 *
 *     p(w | h) = max(c(hw) - D, 0) / c(h·) + D·N₁₊(h·) / c(h·) · p(w | h without its first token)
 *
 * and below single tokens 1 / vocabularySize. Texts are counted each on its own; tokens for the start and the end of a sentence are up to
 * the caller.
 *
 * @example
 * const model = text.KneserNey.fit(['abracadabra'], { order: 3 });
 * console.log(model.probability('r', 'ab') > model.probability('c', 'ab')); // true
 * console.log(text.bitsPerCharacter(model.crossEntropy(['abra'])) < Math.log2(5)); // true
 */
export class KneserNey {
  readonly order: number;
  readonly vocabularySize: number;
  /** The discount of n-grams of each length, from single tokens on. */
  readonly discounts: readonly number[];

  private constructor(
    private readonly ngrams: NgramTree,
    options: KneserNeyOptions,
  ) {
    this.order = ngrams.order;
    this.vocabularySize = positiveInteger('vocabularySize', options.vocabularySize ?? ngrams.tokens.size + 1);
    if (this.vocabularySize < ngrams.tokens.size)
      throw new RangeError(
        `vocabularySize is ${this.vocabularySize}; the training texts have ${ngrams.tokens.size} different tokens.`,
      );
    this.discounts = ngrams.discounts();
    ngrams.close();
  }

  /** Counts the training texts. */
  static fit(texts: Iterable<Tokens>, options: KneserNeyOptions = {}): KneserNey {
    checkOptions('KneserNey.fit', options, ['order', 'vocabularySize']);
    if (typeof texts === 'string') throw new TypeError('KneserNey.fit takes a list of texts; give [text].');
    const ngrams = new NgramTree(positiveInteger('order', options.order ?? 5));
    for (const text of texts) ngrams.count(listed(text));
    if (ngrams.tokens.size === 0) throw new Error('There are no tokens to count.');
    return new KneserNey(ngrams, options);
  }

  /** The probability of `token` after `context`, of which the last `order` - 1 tokens count. */
  probability(token: string | number, context: Tokens = []): number {
    const before = listed(context);
    let path: number[] = [ROOT];
    for (const one of before.slice(Math.max(0, before.length - this.order + 1))) path = this.ngrams.follow(path, one);
    return this.mixed(path, token);
  }

  /** The natural logarithm of the probability of each token of a text, given those before it in the same text. */
  logProbabilities(text: Tokens): Float64Array {
    let path: number[] = [ROOT];
    return Float64Array.from(listed(text), (token) => {
      const p = this.mixed(path, token);
      path = this.ngrams.follow(path, token);
      return Math.log(p);
    });
  }

  /** The mean loss of all tokens of `texts`, nats a token; `perplexity` and `bitsPerCharacter` say it in other words. */
  crossEntropy(texts: Iterable<Tokens>): number {
    if (typeof texts === 'string') throw new TypeError('crossEntropy takes a list of texts; give [text].');
    let [sum, count] = [0, 0];
    for (const text of texts) {
      const all = this.logProbabilities(text);
      for (const logProbability of all) sum -= logProbability;
      count += all.length;
    }
    if (count === 0) throw new Error('There are no tokens to predict.');
    return sum / count;
  }

  /** @param path the contexts of 0, 1, 2 … tokens that end here */
  private mixed(path: readonly number[], token: string | number): number {
    const { totals, kinds } = this.ngrams;
    let p = 1 / this.vocabularySize;
    for (let length = 0; length < Math.min(path.length, this.order); length++) {
      const context = path[length];
      if (context === undefined || totals[context] === 0) break;
      const count = this.ngrams.countAfter(context, token);
      const discount = this.discounts[length];
      p = (Math.max(count - discount, 0) + discount * kinds[context] * p) / totals[context];
    }
    return p;
  }
}

function listed(text: Tokens): (string | number)[] {
  return Array.from<string | number>(text);
}

/** All n-grams of up to `order` tokens as a tree: a node is an n-gram, its parent the n-gram without the last token. */
class NgramTree {
  readonly tokens = new Map<string | number, number>();
  /** Of every node: how often it occurs if it is of the longest, else how many different tokens stand in front of it. */
  private readonly counts: number[] = [0];
  private readonly parents: number[] = [ROOT];
  private readonly lengths: number[] = [0];
  private readonly children: Map<number, number>[] = [new Map()];
  /** Of every context: the sum of the counts after it, and how many of them are above 0. */
  totals = new Float64Array(1);
  kinds = new Float64Array(1);

  constructor(readonly order: number) {}

  count(text: readonly (string | number)[]): void {
    let path = [ROOT];
    for (const token of text) {
      const id = this.tokens.get(token) ?? this.tokens.size;
      this.tokens.set(token, id);
      const next = [ROOT];
      for (const context of path) {
        const known = this.children[context].get(id);
        const node = known ?? this.add(context, id);
        if (known === undefined && next.length > 1) this.counts[next[next.length - 1]]++;
        if (next.length === this.order) this.counts[node]++;
        next.push(node);
      }
      path = next.slice(0, this.order);
    }
  }

  private add(context: number, id: number): number {
    const node = this.counts.push(0) - 1;
    this.parents.push(context);
    this.lengths.push(this.lengths[context] + 1);
    this.children.push(this.lengths[node] < this.order ? new Map() : noChildren);
    this.children[context].set(id, node);
    return node;
  }

  /** n₁ / (n₁ + 2n₂) of every length. */
  discounts(): number[] {
    const once = new Float64Array(this.order + 1);
    const twice = new Float64Array(this.order + 1);
    this.counts.forEach((count, node) => {
      if (count === 1) once[this.lengths[node]]++;
      if (count === 2) twice[this.lengths[node]]++;
    });
    return Array.from({ length: this.order }, (_, k) =>
      once[k + 1] ? once[k + 1] / (once[k + 1] + 2 * twice[k + 1]) : 0.5,
    );
  }

  /** Sums up what follows each context, once all is counted. */
  close(): void {
    this.totals = new Float64Array(this.counts.length);
    this.kinds = new Float64Array(this.counts.length);
    for (let node = 1; node < this.counts.length; node++) {
      this.totals[this.parents[node]] += this.counts[node];
      if (this.counts[node] > 0) this.kinds[this.parents[node]]++;
    }
  }

  countAfter(context: number, token: string | number): number {
    const node = this.children[context].get(this.tokens.get(token) ?? -1);
    return node === undefined ? 0 : this.counts[node];
  }

  /** The contexts that end with `token`, from those that end before it. */
  follow(path: readonly number[], token: string | number): number[] {
    const id = this.tokens.get(token) ?? -1;
    const next = [ROOT];
    for (const context of path.slice(0, this.order - 1)) {
      const node = this.children[context].get(id);
      if (node === undefined) break;
      next.push(node);
    }
    return next;
  }
}

/** Shared by all n-grams that nothing follows. */
const noChildren: Map<number, number> = new Map();
