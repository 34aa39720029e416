/** LaTeX in a page's text, rendered when the book is made: the pages need no script for it. */
import katex from 'katex';
import { escapeHTML } from '../../lib/table';

const formula = /\$\$([\s\S]+?)\$\$|(?<![\\$\w])\$(?!\s)((?:\\.|[^$\\])+?)(?<!\s)\$(?!\d)/g;

/**
 * Replaces the formulas in an element's text, except in code.
 * @throws Error naming the lesson and the formula that KaTeX cannot read.
 */
export function renderMath(element: Element, lesson: string): void {
  const document = element.ownerDocument;
  const walker = document.createTreeWalker(element, 4 /* NodeFilter.SHOW_TEXT */);
  const texts: Text[] = [];
  while (walker.nextNode()) texts.push(walker.currentNode as Text);
  for (const text of texts) {
    if (text.parentElement!.closest('code, pre, script, style')) continue;
    const pieces = split(text.data, lesson);
    if (pieces === undefined) continue;
    const holder = document.createElement('span');
    holder.innerHTML = pieces;
    text.replaceWith(...holder.childNodes);
  }
}

/** A text as HTML with its formulas rendered; undefined when it has none. */
function split(text: string, lesson: string): string | undefined {
  let html = '';
  let end = 0;
  for (const match of text.matchAll(formula)) {
    const [whole, display, inline] = match;
    html += escapeHTML(text.slice(end, match.index)) + render(display ?? inline, display !== undefined, lesson);
    end = (match.index ?? 0) + whole.length;
  }
  return end === 0 ? undefined : html + escapeHTML(text.slice(end));
}

function render(tex: string, displayMode: boolean, lesson: string): string {
  try {
    return katex.renderToString(tex, { displayMode, throwOnError: true, output: 'htmlAndMathml' });
  } catch (error) {
    throw new Error(`${lesson}: the formula ${tex.trim()} cannot be rendered: ${(error as Error).message}`);
  }
}
