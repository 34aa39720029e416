/** What `lstm-lab` is in this repository: the library and the rooms of the course. The root of the package is `library.ts`. @module */
export * from './library';
export * as course from './course';
