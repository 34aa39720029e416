// The choice of the next token: temperature, top-k and top-p, number for number as lib/kernels/generation/sampling.ts, which documents them.
#ifndef LSTM_LAB_SAMPLING_H_
#define LSTM_LAB_SAMPLING_H_

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <vector>

namespace lstm_lab {

struct SamplingSettings {
  double temperature;
  int64_t top_k;
  double top_p;
};

class Sampler {
 public:
  Sampler(int64_t tokens, const SamplingSettings& settings) : s_(settings), order_(tokens), weights_(tokens) {}

  // Nothing can be drawn where the largest logit is not finite; nor where there is a NaN, then Draw gives -1 - its place.
  static constexpr int32_t kNotFinite = std::numeric_limits<int32_t>::min();

  // The token at `uniform`, a number in [0, 1), of the distribution; negative where nothing can be drawn.
  int32_t Draw(const float* logits, float uniform) {
    const int64_t tokens = order_.size();
    const int32_t best = Best(logits);
    if (best < 0 || s_.temperature == 0) return best;
    const bool all = s_.top_k >= tokens && s_.top_p >= 1;
    double mass = 0;
    if (all) {
      for (int64_t k = 0; k < tokens; ++k) mass += weights_[k] = Weight(logits, k, best);
    } else {
      mass = KeepMostLikely(logits, best);
    }
    double left = uniform;
    int32_t last = 0;
    for (int64_t k = 0; k < tokens; ++k) {
      if (weights_[k] == 0) continue;
      last = static_cast<int32_t>(k);
      left -= weights_[k] / mass;
      if (left < 0) break;
    }
    return last;
  }

 private:
  // The first of the largest logits.
  int32_t Best(const float* logits) const {
    const int32_t tokens = static_cast<int32_t>(order_.size());
    int32_t best = 0;
    for (int32_t k = 0; k < tokens; ++k) {
      if (std::isnan(logits[k])) return -1 - k;
      if (logits[k] > logits[best]) best = k;
    }
    return std::isfinite(logits[best]) ? best : kNotFinite;
  }

  double Weight(const float* logits, int64_t token, int64_t best) const {
    return std::exp((static_cast<double>(logits[token]) - logits[best]) / s_.temperature);
  }

  // Weights of those that top-k and then top-p leave, zeros for the others. Gives their sum.
  double KeepMostLikely(const float* logits, int64_t best) {
    const int64_t tokens = order_.size(), most = std::min(s_.top_k, tokens);
    std::iota(order_.begin(), order_.end(), 0);
    std::partial_sort(order_.begin(), order_.begin() + most, order_.end(), [&](int32_t a, int32_t b) {
      return logits[a] != logits[b] ? logits[a] > logits[b] : a < b;
    });
    double total = 0, mass = 0;
    std::fill(weights_.begin(), weights_.end(), 0.0);
    for (int64_t rank = 0; rank < most; ++rank) total += weights_[order_[rank]] = Weight(logits, order_[rank], best);
    for (int64_t rank = 0; rank < most; ++rank) {
      double& weight = weights_[order_[rank]];
      if (rank == 0 || mass < s_.top_p * total) mass += weight;
      else weight = 0;
    }
    return mass;
  }

  const SamplingSettings s_;
  std::vector<int32_t> order_;
  std::vector<double> weights_;
};

}  // namespace lstm_lab

#endif  // LSTM_LAB_SAMPLING_H_
