/** Imported before everything else, it makes WebAssembly compute. */
process.env.LSTM_LAB_BACKEND = 'wasm';
