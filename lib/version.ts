/** The package's own manifest, and the version in it. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

interface Manifest {
  version: string;
  peerDependencies: Record<string, string>;
  peerDependenciesMeta: Record<string, { optional?: boolean }>;
}

/** The package's folder, which lies above the sources and above what is compiled of them. */
export const folder = (): string =>
  ['.', '..'].map((up) => path.resolve(__dirname, up)).find((one) => existsSync(path.join(one, 'package.json')))!;

/** The package's manifest. */
export const manifest = (): Manifest =>
  JSON.parse(readFileSync(path.join(folder(), 'package.json'), 'utf8')) as Manifest;

/** The version of this package. */
export const version = (): string => manifest().version;

/** The command that says what computes here: in the course's repository that of its set-up, which knows more. */
export const doctorCommand = (): string =>
  existsSync(path.join(folder(), '..', 'scripts', 'setup', 'doctor.mjs')) ? 'npm run doctor' : 'npx lstm-lab doctor';
