export { tf } from './backend';
export * as notebook from './notebook';
export * as course from './course';
export * as series from './series';
export * as kernels from './kernels';
export * as data from './data';
export * as params from './models/params';
export * as text from './text';
