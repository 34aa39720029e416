// The product of two matrices, with a bias and an activation where they are wanted.
#ifndef LSTM_LAB_MATMUL_H_
#define LSTM_LAB_MATMUL_H_

#include <algorithm>
#include <cstdint>
#include <vector>

#include "gemm.h"
#include "parallel.h"

namespace lstm_lab {

// c [m, n] = activation(a [m, k] * b [k, n] + bias [n]). A transposed factor lies as [k, m] or [n, k]; at most one of them is.
class MatMul {
 public:
  enum Activation { kLinear, kRelu, kSigmoid, kTanh };

  int64_t m, k, n;
  bool transpose_a, transpose_b;
  Activation activation;

  // bias may be null; threads: into how many parts the work is cut.
  void Multiply(const float* a, const float* b, const float* bias, float* c, int64_t threads, const Parallel& parallel) const {
    if (transpose_a) Outer(a, b, c, threads, parallel);
    else Rows(a, b, c, threads, parallel);
    if (!bias && activation == kLinear) return;
    for (int64_t row = 0; row < m; ++row) Finish(c + row * n, bias);
  }

 private:
  void Rows(const float* a, const float* b, float* c, int64_t threads, const Parallel& parallel) const {
    std::vector<float> space(Packed::Size(k, n));
    const Packed packed = transpose_b ? Pack(space.data(), k, n, ColumnsOf(b, k)) : Pack(space.data(), k, n, RowsOf(b, n));
    std::vector<const float*> a_rows(m);
    std::vector<float*> c_rows(m);
    for (int64_t row = 0; row < m; ++row) {
      a_rows[row] = a + row * k;
      c_rows[row] = c + row * n;
    }
    const int64_t parts = std::max<int64_t>(1, std::min(threads, m));
    parallel(parts, [&](int64_t part) {
      const int64_t from = m * part / parts, to = m * (part + 1) / parts;
      MultiplyRows(to - from, a_rows.data() + from, packed, c_rows.data() + from, false);
    });
  }

  // The sum over k of outer products.
  void Outer(const float* a, const float* b, float* c, int64_t threads, const Parallel& parallel) const {
    std::vector<const float*> a_rows(k), b_rows(k);
    for (int64_t i = 0; i < k; ++i) {
      a_rows[i] = a + i * m;
      b_rows[i] = b + i * n;
    }
    const int64_t slices = std::max<int64_t>(1, std::min(threads, k)), stride = Padded(n);
    std::vector<float> sums(slices * m * stride), space(slices * OuterSpace(m));
    parallel(slices, [&](int64_t slice) {
      const int64_t from = k * slice / slices, to = k * (slice + 1) / slices;
      OuterProducts(to - from, a_rows.data() + from, m, b_rows.data() + from, n, sums.data() + slice * m * stride,
                    space.data() + slice * OuterSpace(m));
    });
    for (int64_t row = 0; row < m; ++row) {
      for (int64_t j = 0; j < n; ++j) {
        float sum = 0;
        for (int64_t slice = 0; slice < slices; ++slice) sum += sums[(slice * m + row) * stride + j];
        c[row * n + j] = sum;
      }
    }
  }

  void Finish(float* row, const float* bias) const {
    ForVectors(n, [&](int64_t j, int lanes) {
      Vec x = Load(row + j, lanes);
      if (bias) x += Load(bias + j, lanes);
      if (activation == kRelu) x = Relu(x);
      if (activation == kSigmoid) x = Sigmoid(x);
      if (activation == kTanh) x = Tanh(x);
      Store(row + j, x, lanes);
    });
  }
};

}  // namespace lstm_lab

#endif  // LSTM_LAB_MATMUL_H_
