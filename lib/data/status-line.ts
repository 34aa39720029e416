import { display, notebookHost, type DisplayHandle } from '../notebook';
import { escapeHTML } from '../table';

/** A line that is replaced in place while something long goes on; nothing where nobody watches. */
export class StatusLine {
  private handle: DisplayHandle | undefined;
  private shownAt = -Infinity;
  private dirty = false;

  /** Shows `text`, with a bar for the share that is done, at most five times a second. */
  show(text: string, share?: number): void {
    if (performance.now() - this.shownAt < 200) return;
    this.shownAt = performance.now();
    if (notebookHost()) {
      const bar = share === undefined ? '' : `<progress value="${share}" max="1" style="width:12em"></progress> `;
      this.put(`<div>${bar}${escapeHTML(text)}</div>`, text);
    } else if (process.stdout.isTTY && !process.env.CI) {
      process.stdout.write(`\r\x1b[2K${text}`);
      this.dirty = true;
    }
  }

  /** Puts a last sentence in the line's place; without one the line goes away. */
  end(sentence = ''): void {
    if (this.dirty) process.stdout.write('\r\x1b[2K');
    this.dirty = false;
    if (sentence || this.handle) this.put(sentence ? `<div>${escapeHTML(sentence)}</div>` : '', sentence);
  }

  private put(html: string, text: string): void {
    const bundle = { 'text/html': html, 'text/plain': text };
    if (this.handle) this.handle.update(bundle);
    else this.handle = display(bundle);
  }
}
