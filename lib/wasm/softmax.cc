// Softmax over the last axis for WebAssembly, its gradient, and the cross-entropy of class numbers: the C interface of softmax.h.
#include "../native/softmax.h"

#include "host.h"
#include "threads.h"

using namespace lstm_lab;

// row(k) for every one of so many rows of `size` numbers.
template <typename Row>
static void ForRows(uint32_t rows, uint32_t size, Row row) {
  constexpr double kWorkOfThread = 1 << 16;
  RunRanges(PartsFor(static_cast<double>(rows) * size, kWorkOfThread), rows, [&](int64_t from, int64_t to) {
    for (int64_t k = from; k < to; ++k) row(k);
  });
}

LSTM_LAB_EXPORT void softmax(const float* x, float* y, uint32_t rows, uint32_t size) {
  ForRows(rows, size, [&](int64_t k) { Softmax(x + k * size, y + k * size, size); });
}

LSTM_LAB_EXPORT void softmax_gradient(const float* y, const float* dy, float* dx, uint32_t rows, uint32_t size) {
  ForRows(rows, size, [&](int64_t k) { SoftmaxGradient(y + k * size, dy + k * size, dx + k * size, size); });
}

// The losses [rows] and their gradient [rows, classes]. Every label is a class; whoever calls has seen to it.
LSTM_LAB_EXPORT void cross_entropy(const float* logits, const int32_t* labels, float* losses, float* gradient, uint32_t rows, uint32_t classes) {
  ForRows(rows, classes, [&](int64_t k) { losses[k] = CrossEntropy(logits + k * classes, labels[k], gradient + k * classes, classes); });
}
