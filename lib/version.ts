/** The version of this package. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The version in the package's manifest, which lies above the sources and above what is compiled of them. */
export function version(): string {
  const manifests = ['.', '..'].map((up) => path.resolve(__dirname, up, 'package.json'));
  return (JSON.parse(readFileSync(manifests.find(existsSync)!, 'utf8')) as { version: string }).version;
}
