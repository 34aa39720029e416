/** How long an axis is: a number, times axes that are free in the graph. */

/** A free axis; `known` where the file fixes it all the same, as it may fix the batch. */
export interface Free {
  name: string;
  known?: number;
}

export interface Size {
  factor: number;
  free: readonly Free[];
}

export const sized = (factor: number): Size => ({ factor, free: [] });
export const free = (name: string, known?: number): Size => ({ factor: 1, free: [{ name, known }] });

/** The number; null where it is free. */
export const numberOf = ({ factor, free: names }: Size): number | null => (names.length === 0 ? factor : null);

/** The number, also where a free axis has it only in this file. */
export const valueOf = ({ factor, free: names }: Size): number | undefined =>
  names.reduce<number | undefined>(
    (value, { known }) => (value === undefined || known === undefined ? undefined : value * known),
    factor,
  );

const byName = (a: Free, b: Free): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

export const times = (a: Size, b: Size): Size => ({
  factor: a.factor * b.factor,
  free: [...a.free, ...b.free].sort(byName),
});

export const product = (sizes: readonly Size[]): Size => sizes.reduce(times, sized(1));

/** `a / b`; undefined where it is no whole size. */
export function over(a: Size, b: Size): Size | undefined {
  const rest = [...a.free];
  for (const { name } of b.free) {
    const at = rest.findIndex((one) => one.name === name);
    if (at < 0) return undefined;
    rest.splice(at, 1);
  }
  const factor = a.factor / b.factor;
  return Number.isInteger(factor) ? { factor, free: rest } : undefined;
}

/** Whether two sizes are the same in this file. */
export function same(a: Size, b: Size): boolean {
  const quotient = over(a, b);
  if (quotient && quotient.factor === 1 && quotient.free.length === 0) return true;
  const value = valueOf(a);
  return value !== undefined && value === valueOf(b);
}

export const isOne = (size: Size): boolean => size.free.length === 0 && size.factor === 1;

export const sizeText = (sizes: readonly Size[]): string =>
  `[${sizes.map(({ factor, free: names }) => [...(factor === 1 && names.length > 0 ? [] : [factor]), ...names.map(({ name }) => name)].join('·')).join(', ')}]`;
