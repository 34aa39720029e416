// One step of Adam for a stretch of a weight, and the gradients of embedding tables as the rows that were looked up.
#ifndef LSTM_LAB_ADAM_H_
#define LSTM_LAB_ADAM_H_

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "vector.h"

namespace lstm_lab {

#if defined(__AVX512F__)
inline Vec Sqrt(Vec x) { return (Vec)_mm512_sqrt_ps((__m512)x); }
#elif defined(__wasm__)
inline Vec Sqrt(Vec x) { return __builtin_elementwise_sqrt(x); }
#else
inline Vec Sqrt(Vec x) {
  Vec y;
  for (int k = 0; k < kLanes; ++k) y[k] = std::sqrt(x[k]);
  return y;
}
#endif

// Keras writes the step as alpha * m / (sqrt(v) + epsilon), PyTorch as alpha * m / (sqrt(v) * root_scale + epsilon).
struct AdamNumbers {
  float alpha, root_scale, epsilon;
  float rate1, rate2;  // 1 - beta1, 1 - beta2
  float decay;         // learning rate * weight decay
  float scale;         // of the gradient, to clip its norm
  float limit;         // of each entry of the gradient
};

// weight_from and weight_to may be the same. gradient: null for zeros; squares: null where they are those of the gradient.
inline void AdamUpdate(const AdamNumbers& a, int64_t n, const float* gradient, const float* squares, const float* weight_from,
                       float* weight_to, float* m, float* v) {
  ForVectors(n, [&](int64_t i, int lanes) {
    const Vec g = gradient ? Clamp(Load(gradient + i, lanes) * a.scale, -a.limit, a.limit) : Vec{};
    const Vec square = squares ? Load(squares + i, lanes) : g * g;
    Vec first = Load(m + i, lanes), second = Load(v + i, lanes), weight = Load(weight_from + i, lanes);
    first += (g - first) * a.rate1;
    second += (square - second) * a.rate2;
    weight -= weight * a.decay;
    weight -= first * a.alpha / (Sqrt(second) * a.root_scale + a.epsilon);
    Store(m + i, first, lanes);
    Store(v + i, second, lanes);
    Store(weight_to + i, weight, lanes);
  });
}

inline double SumOfSquares(const float* x, int64_t n) {
  double total = 0;
  for (int64_t start = 0; start < n; start += 4096) {
    float sum = 0;
    for (int64_t i = start; i < std::min(n, start + 4096); ++i) sum += x[i] * x[i];
    total += sum;
  }
  return total;
}

// The gradient of a table [rows, width]: gradients of looked-up rows, which for one row of the table add up, in the order of the look-up.
class RowGradients {
 public:
  // False when an index lies outside the table.
  bool Set(int64_t rows, int64_t width, const int32_t* ids, const float* values, int64_t count) {
    width_ = width;
    values_ = values;
    first_.assign(rows, -1);
    next_.resize(count);
    for (int64_t k = count - 1; k >= 0; --k) {
      if (ids[k] < 0 || ids[k] >= rows) return false;
      next_[k] = first_[ids[k]];
      first_[ids[k]] = static_cast<int32_t>(k);
    }
    return true;
  }

  int64_t Rows() const { return first_.size(); }
  int64_t Width() const { return width_; }
  int64_t Lookups() const { return next_.size(); }
  const float* Values() const { return values_; }

  // The gradient of a row: null, the only look-up itself, or `space` with the sum.
  const float* Row(int64_t row, float* space) const {
    int32_t k = first_[row];
    if (k < 0) return nullptr;
    if (next_[k] < 0) return values_ + k * width_;
    std::copy_n(values_ + k * width_, width_, space);
    for (k = next_[k]; k >= 0; k = next_[k]) {
      const float* from = values_ + k * width_;
      for (int64_t i = 0; i < width_; ++i) space[i] += from[i];
    }
    return space;
  }

  // Writes out rows [from, to) of the gradient.
  void Write(int64_t from, int64_t to, float* out) const {
    for (int64_t row = from; row < to; ++row) {
      float* row_out = out + row * width_;
      const float* sum = Row(row, row_out);
      if (sum == nullptr) std::fill_n(row_out, width_, 0.0f);
      else if (sum != row_out) std::copy_n(sum, width_, row_out);
    }
  }

  // Of all look-ups, or of the rows that they add up to.
  double Squares(bool of_lookups) const {
    if (of_lookups) return SumOfSquares(values_, Lookups() * width_);
    std::vector<float> space(width_);
    double sum = 0;
    for (int64_t row = 0; row < Rows(); ++row) {
      if (const float* g = Row(row, space.data())) sum += SumOfSquares(g, width_);
    }
    return sum;
  }

  // Updates row after row of [from, to). Keras on TensorFlow does not add the look-ups of a row up before it squares and clips them
  // (square_lookups), except when it has clipped the norm of all gradients.
  void Update(const AdamNumbers& a, bool square_lookups, int64_t from, int64_t to, const float* weight_from, float* weight_to, float* m,
              float* v) const {
    std::vector<float> sum(width_), squares(width_);
    AdamNumbers summed = a;
    summed.scale = 1;
    summed.limit = std::numeric_limits<float>::infinity();
    for (int64_t row = from; row < to; ++row) {
      const int64_t at = row * width_;
      const int32_t k = first_[row];
      if (!square_lookups || k < 0 || next_[k] < 0) {
        AdamUpdate(a, width_, Row(row, sum.data()), nullptr, weight_from + at, weight_to + at, m + at, v + at);
      } else {
        SumLookups(a, k, sum.data(), squares.data());
        AdamUpdate(summed, width_, sum.data(), squares.data(), weight_from + at, weight_to + at, m + at, v + at);
      }
    }
  }

 private:
  void SumLookups(const AdamNumbers& a, int32_t k, float* sum, float* squares) const {
    ForVectors(width_, [&](int64_t i, int lanes) {
      Vec total{}, square{};
      for (int32_t j = k; j >= 0; j = next_[j]) {
        const Vec g = Clamp(Load(values_ + j * width_ + i, lanes) * a.scale, -a.limit, a.limit);
        total += g;
        square += g * g;
      }
      Store(sum + i, total, lanes);
      Store(squares + i, square, lanes);
    });
  }

  int64_t width_ = 0;
  const float* values_ = nullptr;
  std::vector<int32_t> first_, next_;
};

// A weight with its means and its gradient: `gradient`, or where that is null `table`. `from` and `to` may be the same.
struct AdamWeight {
  int64_t size = 0;
  const float* from = nullptr;
  float *to = nullptr, *first = nullptr, *second = nullptr;
  const float* gradient = nullptr;
  RowGradients table;
  float scale = 1;

  double SquaresOfGradient(bool of_lookups) const { return gradient ? SumOfSquares(gradient, size) : table.Squares(of_lookups); }
  // A table is cut between rows.
  int64_t Unit() const { return gradient ? kLanes : table.Width(); }
};

enum class Clipping { kNone, kValue, kNorm, kGlobalNorm };

// One step for all weights of a model.
class AdamStep {
 public:
  // limit: what gradients are clipped to.
  AdamStep(const AdamNumbers& numbers, Clipping clip, float limit, bool square_lookups)
      : numbers_(numbers), clip_(clip), limit_(limit), square_lookups_(square_lookups) {
    numbers_.scale = 1;
    numbers_.limit = clip == Clipping::kValue ? limit : std::numeric_limits<float>::infinity();
  }

  // Keras' clipnorm and global_clipnorm: before Update.
  void Clip(std::vector<AdamWeight>& weights) const {
    if (clip_ != Clipping::kNorm && clip_ != Clipping::kGlobalNorm) return;
    double global = 0;
    for (AdamWeight& weight : weights) {
      const double sum = weight.SquaresOfGradient(square_lookups_);
      global += sum;
      weight.scale = ScaleFor(std::sqrt(sum));
    }
    if (clip_ == Clipping::kGlobalNorm) {
      for (AdamWeight& weight : weights) weight.scale = ScaleFor(std::sqrt(global));
    }
  }

  // The numbers [from, to) of all weights, one after the other.
  void Update(const std::vector<AdamWeight>& weights, int64_t from, int64_t to) const {
    int64_t start = 0;
    for (const AdamWeight& weight : weights) {
      if (weight.size == 0) continue;
      const int64_t unit = weight.Unit();
      const auto cut = [&](int64_t at) { return std::clamp<int64_t>((at - start + unit - 1) / unit * unit, 0, weight.size); };
      UpdateRange(weight, from <= start ? 0 : cut(from), to >= start + weight.size ? weight.size : cut(to));
      start += weight.size;
    }
  }

 private:
  // NaN when the norm is not finite, so that a broken step shows at once.
  float ScaleFor(double norm) const {
    if (!std::isfinite(norm)) return std::numeric_limits<float>::quiet_NaN();
    return norm > limit_ ? static_cast<float>(limit_ / norm) : 1.0f;
  }

  void UpdateRange(const AdamWeight& w, int64_t from, int64_t to) const {
    if (from >= to) return;
    AdamNumbers a = numbers_;
    a.scale = w.scale;
    if (w.gradient) {
      return AdamUpdate(a, to - from, w.gradient + from, nullptr, w.from + from, w.to + from, w.first + from, w.second + from);
    }
    const int64_t width = w.table.Width();
    w.table.Update(a, square_lookups_ && clip_ != Clipping::kGlobalNorm, from / width, to / width, w.from, w.to, w.first, w.second);
  }

  AdamNumbers numbers_;
  Clipping clip_;
  float limit_;
  bool square_lookups_;
};

}  // namespace lstm_lab

#endif  // LSTM_LAB_ADAM_H_
