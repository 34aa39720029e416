/** The parts of the README that programs write, between `<!-- name:start -->` and `<!-- name:end -->`. */

/**
 * The README's text with a new content between the markers of a section.
 * @throws Error when it has no such markers.
 */
export function withSection(readme: string, name: string, content: string): string {
  const [start, end] = [`<!-- ${name}:start -->`, `<!-- ${name}:end -->`];
  const [from, to] = [readme.indexOf(start), readme.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`README.md has no ${start} and ${end} for its ${name}.`);
  return `${readme.slice(0, from + start.length)}\n\n${content}\n\n${readme.slice(to)}`;
}
