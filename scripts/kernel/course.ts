/** Where the course is installed: its packages are there for notebooks in any folder. */
import path from 'node:path';

export const courseModules = path.resolve(require.resolve('typescript'), '../../..');
