/** The first index that is not in a table of so many rows; undefined when all are. */
export const firstOutside = (ids: Int32Array, rows: number): number | undefined =>
  ids.find((id) => id < 0 || id >= rows);

/**
 * What is said wherever an index is not in an embedding's table.
 * @param owner whose table it is
 * @param rows how many rows the table has
 */
export function rowError(owner: string, row: number, rows: number, cause?: unknown): RangeError {
  const has = rows === 0 ? 'no rows' : rows === 1 ? 'row 0 alone' : `rows 0 to ${rows - 1}`;
  return new RangeError(`${owner}: the table has ${has}; it was asked for row ${row}.`, cause ? { cause } : undefined);
}
