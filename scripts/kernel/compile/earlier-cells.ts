/** The cells whose names later cells may use. Cells that are wholly replaced, by running them again for instance, are forgotten. */

export interface EarlierCell {
  /** Its file's name. */
  file: string;
  text: string;
  /** What it declares. */
  names: ReadonlySet<string>;
  /** Every word in it that may be the name of something. */
  words: ReadonlySet<string>;
  /** Whether it also changes what exists outside of cells: `declare global`, `declare module`. */
  augments: boolean;
}

export class EarlierCells {
  private cells: readonly EarlierCell[] = [];

  /** In the order in which they ran. */
  get all(): readonly EarlierCell[] {
    return this.cells;
  }

  /** Adds a cell, and forgets those that no name leads to any more. */
  add(cell: EarlierCell): void {
    const before = this.cells.filter(({ augments, text }) => !augments || text !== cell.text);
    const cells = [...before, cell];
    const kept = new Set<EarlierCell>();
    const keep = (used: EarlierCell) => {
      if (kept.has(used)) return;
      kept.add(used);
      const latestFirst = cells.slice(0, cells.indexOf(used)).reverse();
      for (const word of used.words) {
        const declares = latestFirst.find(({ names }) => names.has(word));
        if (declares) keep(declares);
      }
    };
    const seen = new Set<string>();
    for (const each of [...cells].reverse()) {
      if (each.augments || [...each.names].some((name) => !seen.has(name))) keep(each);
      for (const name of each.names) seen.add(name);
    }
    this.cells = cells.filter((each) => kept.has(each));
  }
}
