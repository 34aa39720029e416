import fs from 'node:fs';
import path from 'node:path';
import { tf } from '../../lib/backend';

/** An array as the fixture scripts write it. */
export interface Stored {
  shape: number[];
  values: number[];
}

/** Reads `fixtures/NAME.json`, made by `fixtures/make_NAME.py`. */
export function fixture<T>(name: string): T {
  return JSON.parse(fs.readFileSync(path.join(__dirname, 'fixtures', `${name}.json`), 'utf8')) as T;
}

export const tensorOf = ({ shape, values }: Stored, dtype: 'float32' | 'int32' = 'float32'): tf.Tensor =>
  tf.tensor(values, shape, dtype);
