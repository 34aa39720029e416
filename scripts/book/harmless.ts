/** What a notebook's Markdown and outputs put into a page, without anything that would run in the reader's browser. */
import createDOMPurify, { type WindowLike } from 'dompurify';

/** The data of a figure: read by `assets/book.js`, never run. */
const isData = (element: Element): boolean => element.getAttribute('type') === 'application/json';

/**
 * Takes scripts, handlers of events, frames, forms' targets and `javascript:` or `data:` links out of an element, and leaves the rest as it is.
 * @param window the element's own.
 */
export function makeHarmless(element: Element, window: WindowLike): void {
  const purify = createDOMPurify(window);
  purify.addHook('uponSanitizeElement', (node, { tagName }) => {
    if (tagName === 'script' && !isData(node as Element)) (node as Element).remove();
  });
  purify.sanitize(element, { IN_PLACE: true, ADD_TAGS: ['script'], ADD_ATTR: ['type'] });
}
