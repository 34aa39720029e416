/** TensorFlow.js on TensorFlow's C++ library where its binding is built and wanted, else the same without it: one copy for all either way. */
function tensorflow() {
  if (process.env.LSTM_LAB_BACKEND === 'wasm') return require('@tensorflow/tfjs');
  try {
    return require('@tensorflow/tfjs-node-gpu');
  } catch {
    return require('@tensorflow/tfjs'); // Windows, Macs with Intel processors, Alpine, no compiler
  }
}

module.exports = tensorflow();
