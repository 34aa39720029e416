/** The examples of the reference print the same on WebAssembly. */
import './on-wasm';
import './examples.test';
