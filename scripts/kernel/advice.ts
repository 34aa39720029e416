/** What to do about errors of TypeScript that come of where cells run: on Node, beside the packages of a folder. */

const cannotFindModule = 2307;
const cannotFindName = new Set([2304, 2552, 2584]);

/** Names that other places have. */
const elsewhere: Record<string, string> = {
  Deno: 'Cells run on Node, which has no Deno.',
  Bun: 'Cells run on Node, which has no Bun.',
  document: 'Cells run on Node, not in the page: show HTML by `display.html` of the package tslab.',
  window: 'Cells run on Node, not in the page; what is global there is in `globalThis`.',
  localStorage: 'Cells run on Node, not in the page: keep things in a file.',
  alert: 'Cells run on Node, not in the page: use console.log, or prompt() to ask.',
};

/** A sentence for an error that has one. */
export function advice({ code, message }: { code: number; message: string }): string | undefined {
  const [, name] = /^Cannot find \w+ '([^']+)'/.exec(message) ?? [];
  if (name === undefined) return undefined;
  if (code === cannotFindModule) return adviceOnModule(name);
  return cannotFindName.has(code) && Object.hasOwn(elsewhere, name) ? elsewhere[name] : undefined;
}

function adviceOnModule(specifier: string): string | undefined {
  if (/^https?:/.test(specifier))
    return 'Node imports no addresses: download the file beside the notebook, or install its package with npm.';
  const foreign = /^(?:npm|jsr):\/?((?:@[^/@]+\/)?[^/@]+)(@[^/]+)?/.exec(specifier);
  if (foreign) {
    const [, name, version = ''] = foreign;
    const from = specifier.startsWith('jsr:') ? `npx jsr add ${name}` : `npm install ${name}${version}`;
    return `That is Deno's way to name a package: run \`${from}\` in the notebook's folder, and import '${name}'.`;
  }
  if (/^[./]/.test(specifier)) return undefined;
  const [name] = /^(?:@[^/]+\/)?[^/]+/.exec(specifier) ?? [specifier];
  return `Is it installed? \`npm install ${name}\` in the notebook's folder does it.`;
}
