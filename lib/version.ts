/** The package's own manifest, and the version in it. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

interface Manifest {
  version: string;
  peerDependencies: Record<string, string>;
  peerDependenciesMeta: Record<string, { optional?: boolean }>;
}

/** The package's manifest, which lies above the sources and above what is compiled of them. */
export function manifest(): Manifest {
  const manifests = ['.', '..'].map((up) => path.resolve(__dirname, up, 'package.json'));
  return JSON.parse(readFileSync(manifests.find(existsSync)!, 'utf8')) as Manifest;
}

/** The version of this package. */
export const version = (): string => manifest().version;
