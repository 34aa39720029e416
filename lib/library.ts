/** The library as its package ships it: all public rooms but the course's, which `index.ts` adds for the cells of the lessons. */
import { tf } from './backend';
import { freeUnreachable } from './mends/unreachable-tensors';

export { backendInfo, tf } from './backend';
export * as notebook from './notebook';
export * as series from './series';
export * as kernels from './kernels';
export * as data from './data';
export * as models from './models';
export * as params from './models/params';
export * as text from './text';
export * as layers from './layers';
export * as plot from './plot';
export * as train from './train';
export * as torch from './torch';

freeUnreachable(tf);
