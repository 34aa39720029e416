export { tf } from './backend';
export * as notebook from './notebook';
