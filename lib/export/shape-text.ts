/** A shape as sentences and tables show it: `[?, 20, 3]`, where `?` is any size. */
export const shapeText = (shape: readonly (number | null)[]): string =>
  `[${shape.map((size) => size ?? '?').join(', ')}]`;
