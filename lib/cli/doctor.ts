/** `lstm-lab doctor`: what computes here, how each operation is computed, and which optional packages are installed. */
import { backendInfo } from '../backend';
import { tierLines, tierTable } from '../kernels';
import { Table } from '../table';
import { manifest, version } from '../version';

/** What this library finds where it is installed, as text for a terminal. */
export function doctor(): string {
  return [
    `lstm-lab ${version()}, Node ${process.versions.node}, ${backend()}`,
    tierLines(tierTable()),
    optionalPackages(),
    '',
  ].join('\n\n');
}

function backend(): string {
  const { name, tensorflow, tfjs, nativeOps, threads, device } = backendInfo();
  if (name === 'wasm')
    return `TensorFlow.js ${tfjs} on WebAssembly, ${threads} ${threads === 1 ? 'thread' : 'threads'}: correct, and slower than native TensorFlow.\n-> \`npx lstm-lab build-native\` builds the fast tier into this project.`;
  const operations = nativeOps
    ? "this library's own operations"
    : "without this library's own operations: recurrent layers are slower";
  return `TensorFlow.js ${tfjs} on native TensorFlow ${tensorflow}, ${operations}, ${threads} threads, ${device}.`;
}

/** One line for each package that only a part of the library needs. */
function optionalPackages(): string {
  const { peerDependencies, peerDependenciesMeta } = manifest();
  const rows = Object.entries(peerDependenciesMeta)
    .filter(([, { optional }]) => optional)
    .map(([name]) => {
      const here = isInstalled(name);
      return [name, here ? '✓' : '-', here ? '' : `npm install ${name}@${peerDependencies[name].replace('^', '')}`];
    });
  return String(new Table(['package', 'here', 'to have it'], rows, 'Packages that some parts need'));
}

function isInstalled(name: string): boolean {
  try {
    require.resolve(name);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND';
  }
}
