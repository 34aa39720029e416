/** Running text with each word's weight behind it. */
import { displaySymbol, type Displayable, type MimeBundle } from '../notebook';
import { escapeHTML } from '../table';
import { ink, onWhite, sign } from './colors';
import { row, type Numbers } from './values';

/** Mixes a colour with white so that dark text on it keeps a contrast of more than 4.5 to 1. */
function tint(color: string, strength: number): string {
  return `rgb(${onWhite(color, strength).join(',')})`;
}

/** Options of {@link highlight}. */
export interface HighlightOptions {
  /** What stands above the text. */
  caption?: string;
  /** What stands between two words; '' for characters, whose line breaks are kept. Default: a space. */
  separator?: string;
}

/** Words and their weights: coloured in a notebook, the heaviest in brackets in plain text. */
export class Highlight implements Displayable {
  constructor(
    readonly words: readonly string[],
    readonly weights: readonly number[],
    readonly caption: string,
    readonly separator = ' ',
  ) {}

  private get peak(): number {
    return this.weights.reduce((a, b) => Math.max(a, Math.abs(b)), 0) || 1;
  }

  toHTML(): string {
    const spans = this.words.map((word, i) => {
      const share = this.weights[i] / this.peak;
      const background = tint(share < 0 ? sign.minus : sign.plus, Math.min(1, Math.abs(share)));
      const inside = Math.abs(share) > 0.5 ? `<b>${escapeHTML(word)}</b>` : escapeHTML(word);
      const style = `background-color:${background};color:${ink.text};${this.separator ? 'padding:1px 3px;border-radius:3px' : ''}`;
      return `<span style="${style}" title="${this.weights[i].toPrecision(3)}">${inside}</span>`;
    });
    const card = `background-color:${ink.paper};color:${ink.text};padding:8px 12px;border-radius:6px;max-width:720px;line-height:1.8;white-space:pre-wrap`;
    const caption = this.caption ? `<div style="color:${ink.muted}">${escapeHTML(this.caption)}</div>` : '';
    return `<div style="${card}">${caption}${spans.join(this.separator)}</div>`;
  }

  toString(): string {
    const heavy = this.weights.map((weight) => Math.abs(weight) > 0.5 * this.peak);
    const text = this.separator
      ? this.words.map((word, i) => (heavy[i] ? `[${word} ${this.weights[i].toPrecision(2)}]` : word))
      : this.words.map(
          (word, i) => `${heavy[i] && !heavy[i - 1] ? '[' : ''}${word}${heavy[i] && !heavy[i + 1] ? ']' : ''}`,
        );
    return [this.caption, text.join(this.separator)].filter(Boolean).join('\n');
  }

  [displaySymbol](): MimeBundle {
    return { 'text/html': this.toHTML(), 'text/plain': this.toString() };
  }
}

/**
 * Words on a background as strong as their weight: sand above zero, light blue below, bold beyond half of the strongest.
 * @throws if there is not one weight for each word.
 *
 * @example
 * const shown = plot.highlight(['not', 'a', 'good', 'film'], [0.6, 0, 0.3, 0.1]);
 * console.log(String(shown)); // [not 0.60] a good film
 */
export function highlight(
  words: readonly string[],
  weights: Numbers,
  { caption = '', separator = ' ' }: HighlightOptions = {},
): Highlight {
  const numbers = row(weights, 'weights');
  if (numbers.length !== words.length)
    throw new Error(`There are ${words.length} words and ${numbers.length} weights; cut the padding off both.`);
  return new Highlight(words, numbers, caption, separator);
}
