/** What an import names. */

/** Whether it is a file beside the one that imports, or anywhere on the disk, and no package. */
export function isRelative(specifier: string): boolean {
  return /^(\.{0,2}\/|[a-z]:[\\/])/i.test(specifier);
}
