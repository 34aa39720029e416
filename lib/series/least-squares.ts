/** Least squares in float64 by Householder reflections with column pivoting (Golub and Van Loan, §5.4). */

/** A matrix as its columns. */
export type Columns = Float64Array[];

/**
 * Finds X that makes |A X - B|² least, for A of `[rows]` x columns and B of `[rows]` x outputs; both are overwritten.
 * Where columns of A depend on each other, the ones that add nothing get weight 0.
 */
export function leastSquares(a: Columns, b: Columns): Columns {
  const rows = a[0].length;
  const order = a.map((_, i) => i);
  const diagonal: number[] = [];
  for (let k = 0; k < Math.min(rows, a.length); k++) {
    pivot(a, order, k);
    const column = a[k];
    const norm = length(column, k);
    if (norm <= rows * Number.EPSILON * Math.abs(diagonal[0] ?? Infinity) && k > 0) break;
    if (norm === 0) break;
    const alpha = column[k] > 0 ? -norm : norm;
    column[k] -= alpha;
    const square = length(column, k) ** 2;
    for (const other of [...a.slice(k + 1), ...b]) reflect(other, column, k, square);
    diagonal.push(alpha);
  }
  return b.map((rhs) => {
    const x = new Float64Array(a.length);
    for (let k = diagonal.length - 1; k >= 0; k--) {
      let sum = rhs[k];
      for (let j = k + 1; j < diagonal.length; j++) sum -= a[j][k] * x[order[j]];
      x[order[k]] = sum / diagonal[k];
    }
    return x;
  });
}

/** Brings the column with the longest remainder below row k to place k. */
function pivot(a: Columns, order: number[], k: number): void {
  let [best, longest] = [k, -1];
  for (let j = k; j < a.length; j++) {
    const norm = length(a[j], k);
    if (norm > longest) [best, longest] = [j, norm];
  }
  [a[k], a[best]] = [a[best], a[k]];
  [order[k], order[best]] = [order[best], order[k]];
}

function reflect(column: Float64Array, mirror: Float64Array, k: number, square: number): void {
  let dot = 0;
  for (let r = k; r < column.length; r++) dot += mirror[r] * column[r];
  const factor = (2 * dot) / square;
  for (let r = k; r < column.length; r++) column[r] -= factor * mirror[r];
}

function length(column: Float64Array, from: number): number {
  let sum = 0;
  for (let r = from; r < column.length; r++) sum += column[r] * column[r];
  return Math.sqrt(sum);
}
