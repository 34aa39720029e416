// Softmax over rows of numbers, its gradient, and cross-entropy, each in one pass through the cache.
#ifndef LSTM_LAB_SOFTMAX_H_
#define LSTM_LAB_SOFTMAX_H_

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "vector.h"

namespace lstm_lab {

// v in the first n lanes, `fill` in the others.
inline Vec Filled(Vec v, int n, float fill) {
  if (n >= kLanes) return v;
  typedef int32_t Index __attribute__((vector_size(kLanes * sizeof(int32_t))));
  Index lane;
  for (int k = 0; k < kLanes; ++k) lane[k] = k;
  return lane < n ? v : Splat(fill);
}

inline float LargestOf(Vec v) {
  float largest = v[0];
  for (int k = 1; k < kLanes; ++k) largest = std::max(largest, v[k]);
  return largest;
}

// What a row was shifted by, and the sum of its exponentials then.
struct SoftmaxSum {
  float largest, sum;
};

// y = e^(x - max) / sum of these; a NaN makes the whole row NaN, and minus infinity gives 0.
inline SoftmaxSum Softmax(const float* x, float* y, int64_t n) {
  if (n == 0) return {};
  Vec most = Splat(x[0]), sum{};
  ForVectors(n, [&](int64_t j, int lanes) {
    const Vec v = Filled(Load(x + j, lanes), lanes, x[0]);
    most = v > most ? v : most;
  });
  const float largest = LargestOf(most);
  ForVectors(n, [&](int64_t j, int lanes) {
    const Vec shifted = Load(x + j, lanes) - largest;
    const Exponential e = Exp(Clamp(shifted, -87.0f, 0.0f));
    Vec v = e.scale * e.rest + e.scale;
    v = shifted < Splat(-87.0f) ? Vec{} : v;
    sum += Filled(v, lanes, 0.0f);
    Store(y + j, v, lanes);
  });
  const SoftmaxSum found{largest, SumOf(sum)};
  const float scale = 1.0f / found.sum;
  ForVectors(n, [&](int64_t j, int lanes) { Store(y + j, Load(y + j, lanes) * scale, lanes); });
  return found;
}

// dx = (dy - sum of dy * y) * y
inline void SoftmaxGradient(const float* y, const float* dy, float* dx, int64_t n) {
  Vec products{};
  ForVectors(n, [&](int64_t j, int lanes) { products += Load(y + j, lanes) * Load(dy + j, lanes); });
  const float sum = SumOf(products);
  ForVectors(n, [&](int64_t j, int lanes) { Store(dx + j, (Load(dy + j, lanes) - sum) * Load(y + j, lanes), lanes); });
}

// -log softmax(x)[label], and in d the gradient softmax(x) - onehot(label).
inline float CrossEntropy(const float* x, int64_t label, float* d, int64_t n) {
  const SoftmaxSum found = Softmax(x, d, n);
  d[label] -= 1.0f;
  return static_cast<float>(std::log(static_cast<double>(found.sum))) + (found.largest - x[label]);
}

}  // namespace lstm_lab

#endif  // LSTM_LAB_SOFTMAX_H_
