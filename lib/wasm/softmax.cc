// Softmax over the last axis for WebAssembly, its gradient, and the cross-entropy of class numbers: the C interface of softmax.h.
#include "../native/softmax.h"

#include "host.h"

using namespace lstm_lab;

LSTM_LAB_EXPORT void softmax(const float* x, float* y, uint32_t rows, uint32_t size) {
  for (uint32_t k = 0; k < rows; ++k) Softmax(x + k * size, y + k * size, size);
}

LSTM_LAB_EXPORT void softmax_gradient(const float* y, const float* dy, float* dx, uint32_t rows, uint32_t size) {
  for (uint32_t k = 0; k < rows; ++k) SoftmaxGradient(y + k * size, dy + k * size, dx + k * size, size);
}

// The losses [rows] and their gradient [rows, classes]. Every label is a class; whoever calls has seen to it.
LSTM_LAB_EXPORT void cross_entropy(const float* logits, const int32_t* labels, float* losses, float* gradient, uint32_t rows, uint32_t classes) {
  for (uint32_t k = 0; k < rows; ++k) losses[k] = CrossEntropy(logits + k * classes, labels[k], gradient + k * classes, classes);
}
