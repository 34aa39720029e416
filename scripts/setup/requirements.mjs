/** Reads the compiled requirements: blocks of one package, its hashes, and the packages it is there for. */

const blocksOf = (text) => {
  const blocks = [];
  for (const line of text.split('\n')) {
    const start = /^([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?==/.exec(line);
    if (start) blocks.push({ name: start[1].toLowerCase(), lines: [], via: [] });
    const block = blocks.at(-1);
    if (!block) continue;
    block.lines.push(line);
    const via = /^ +# +(?:via +)?(\S.*)$/.exec(line);
    if (via && via[1] !== 'via') block.via.push(via[1].toLowerCase());
  }
  return blocks;
};

/** TensorFlow and what only TensorFlow asks for. */
function dropped(blocks) {
  const names = new Set(['tensorflow', 'tensorflow-cpu']);
  for (let before = 0; before !== names.size; ) {
    before = names.size;
    for (const { name, via } of blocks) if (via.length > 0 && via.every((parent) => names.has(parent))) names.add(name);
  }
  return names;
}

/**
 * Whether a package is there only for TensorFlow.
 * @param {string} text a file made by `uv pip compile --generate-hashes`
 * @param {string} name
 */
export const isOnlyForTensorFlow = (text, name) => dropped(blocksOf(text)).has(name.toLowerCase());

/**
 * The same requirements without TensorFlow and without what only TensorFlow asks for: for platforms that have no wheel of it.
 * @param {string} text a file made by `uv pip compile --generate-hashes`
 */
export function withoutTensorFlow(text) {
  const blocks = blocksOf(text);
  const names = dropped(blocks);
  return blocks
    .filter(({ name }) => !names.has(name))
    .map(({ lines }) => lines.join('\n'))
    .join('\n');
}

/**
 * The packages that a file asks for whatever the platform and the Python, with their versions.
 * @param {string} text a file made by `uv pip compile --generate-hashes`
 * @returns {{ name: string, version: string }[]}
 */
export const unconditional = (text) =>
  blocksOf(text).flatMap(({ name, lines: [first] }) => {
    const [, version] = /==([^\s;]+) *\\?$/.exec(first) ?? [];
    return version ? [{ name: normalized(name), version }] : [];
  });

/** A package's name in the one form that the index knows it by (PEP 503). */
export const normalized = (name) => name.toLowerCase().replace(/[-_.]+/g, '-');
