/** Parses a JSON text that must be an object with these keys; throws one sentence that names what was expected. */
export function readJson<T>(json: string, what: string, keys: (keyof T & string)[]): T {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new Error(`This is not ${what}: it is no valid JSON (${(error as Error).message}).`);
  }
  const missing = keys.filter((key) => value === null || typeof value !== 'object' || !(key in value));
  if (missing.length > 0) throw new Error(`This is not ${what}: its JSON lacks ${missing.join(', ')}.`);
  return value as T;
}

/** Whether a value that was read is a list of nothing but texts, or nothing but numbers. */
export const isListOf = (value: unknown, type: 'string' | 'number'): boolean =>
  Array.isArray(value) && value.every((item) => typeof item === type);
