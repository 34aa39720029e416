// Products of matrices for WebAssembly: the C interface of matmul.h, whose activations have its numbers.
#include "../native/matmul.h"

#include "host.h"
#include "threads.h"

using namespace lstm_lab;

LSTM_LAB_EXPORT void matmul(const float* a, const float* b, const float* bias, float* c, int32_t m, int32_t k, int32_t n, int32_t transpose_a,
                            int32_t transpose_b, int32_t activation) {
  const MatMul product{m, k, n, transpose_a != 0, transpose_b != 0, static_cast<MatMul::Activation>(activation)};
  constexpr double kWorkOfThread = 1 << 21;
  product.Multiply(a, b, bias, c, PartsFor(static_cast<double>(m) * n * k, kWorkOfThread), RunParallel);
}
