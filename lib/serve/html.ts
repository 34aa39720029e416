/** A page of the service: it holds all that it needs, loads nothing, and may do only what it was made for. */
import { createHash } from 'node:crypto';
import { escapeHTML } from '../table';

const commonStyle = `
:root { color-scheme: light dark; --accent: #2563a8; --line: #8886; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --accent: #5b9bd8; --bad: #ff8a80; } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
footer { margin-top: 2.5rem; border-top: 1px solid var(--line); padding-top: .6rem; opacity: .75; font-size: .9rem; }
`;

/** A page as text, and its content security policy. */
export interface Page {
  html: string;
  policy: string;
}

/** What a page is made of; `main` and `footer` are HTML. */
export interface PageParts {
  title: string;
  style: string;
  main: string;
  footer: string;
  script?: string;
  /** What the script finds as JSON in the element `about`. */
  data?: unknown;
}

export function htmlOf({ title, style: own, main, footer, script, data }: PageParts): Page {
  const style = commonStyle + own;
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  const policy = [
    "default-src 'none'",
    ...(script ? [`script-src ${hash(script)}`, "connect-src 'self'"] : []),
    `style-src ${hash(style)}`,
    "style-src-attr 'none'",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
  const about = JSON.stringify(data ?? {}).replaceAll('<', '\\u003c');
  const html = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escapeHTML(title)}</title>
<link rel="icon" href="data:,"><style>${style}</style></head>
<body>
<main>
<h1>${escapeHTML(title)}</h1>
${main}
</main>
<footer>${footer}</footer>
${script ? `<script type="application/json" id="about">${about}</script>\n<script>${script}</script>` : ''}
</body>
</html>
`;
  return { html, policy };
}
