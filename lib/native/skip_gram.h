// One pass of skip-gram with negative sampling (Mikolov et al. 2013) over a stretch of text, in order and on one thread, so that the same
// seed gives the same vectors. The negatives are drawn once for each centre word and shared by its whole window (Ji et al. 2016), which
// keeps their rows in the cache. lib/kernels/skip-gram/portable.ts holds the same algorithm in TypeScript.
#ifndef LSTM_LAB_SKIP_GRAM_H_
#define LSTM_LAB_SKIP_GRAM_H_

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "vector.h"

namespace lstm_lab {

class Xorshift {
 public:
  explicit Xorshift(uint32_t seed) : state_(seed ? seed : 1) {}
  uint32_t Next() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 17;
    state_ ^= state_ << 5;
    return state_;
  }
  uint32_t Below(uint32_t limit) { return (static_cast<uint64_t>(Next()) * limit) >> 32; }
  float Uniform() { return Next() * (1.0f / 4294967296.0f); }

 private:
  uint32_t state_;
};

// What stays the same during a training. Every token lies inside the vocabulary; whoever calls has seen to it.
struct SkipGramSettings {
  int64_t dim;
  int32_t window, negative;
  const int32_t* table;  // noise words; one is drawn by a random place
  int64_t table_size;
  const float* keep;  // for each word, the chance that an occurrence of it is kept
};

class SkipGram {
 public:
  // in, out [words, dim]: the vectors, which are changed.
  SkipGram(const SkipGramSettings& settings, float* in, float* out, uint32_t seed)
      : s_(settings), in_(in), out_(out), random_(seed), targets_(s_.negative + 1), change_((s_.negative + 1) * s_.dim), input_change_(s_.dim) {}

  // A text, -1 between its sentences, with a rate that goes from `first` to `last`. Gives how many pairs it trained.
  int64_t Train(const int32_t* text, int64_t length, float first, float last) {
    int64_t pairs = 0;
    for (int64_t start = 0; start < length;) {
      int64_t end = start;
      sentence_.clear();
      for (; end < length && text[end] >= 0; ++end) {
        const float chance = s_.keep[text[end]];
        if (chance >= 1 || random_.Uniform() < chance) sentence_.push_back(text[end]);
      }
      const float rate = first + (last - first) * (static_cast<float>(start) / length);
      for (int64_t centre = 0; centre < static_cast<int64_t>(sentence_.size()); ++centre) pairs += TrainWindow(centre, rate);
      start = end + 1;
    }
    return pairs;
  }

 private:
  int64_t TrainWindow(int64_t centre, float rate) {
    const int64_t length = sentence_.size(), dim = s_.dim, reach = 1 + random_.Below(s_.window);
    targets_[0] = sentence_[centre];
    int count = 1;
    for (int32_t k = 0; k < s_.negative; ++k) {
      const int32_t drawn = s_.table[random_.Below(static_cast<uint32_t>(s_.table_size))];
      if (drawn != targets_[0]) targets_[count++] = drawn;
    }
    std::fill_n(change_.begin(), count * dim, 0.0f);
    int64_t pairs = 0;
    for (int64_t at = std::max<int64_t>(0, centre - reach); at <= std::min(length - 1, centre + reach); ++at) {
      if (at == centre) continue;
      float* input = in_ + sentence_[at] * dim;
      std::fill(input_change_.begin(), input_change_.end(), 0.0f);
      for (int k = 0; k < count; ++k) {
        const float* target = out_ + targets_[k] * dim;
        const float score = DotProduct(input, target, dim);
        const float step = rate * ((k == 0 ? 1.0f : 0.0f) - 1.0f / (1.0f + std::exp(-score)));
        float* change = change_.data() + k * dim;
        ForVectors(dim, [&](int64_t d, int lanes) {
          Store(input_change_.data() + d, Load(input_change_.data() + d, lanes) + step * Load(target + d, lanes), lanes);
          Store(change + d, Load(change + d, lanes) + step * Load(input + d, lanes), lanes);
        });
      }
      AddTo(input, input_change_.data());
      ++pairs;
    }
    for (int k = 0; k < count; ++k) AddTo(out_ + targets_[k] * dim, change_.data() + k * dim);
    return pairs;
  }

  static float DotProduct(const float* a, const float* b, int64_t n) {
    Vec products{};
    ForVectors(n, [&](int64_t j, int lanes) { products += Load(a + j, lanes) * Load(b + j, lanes); });
    return SumOf(products);
  }

  void AddTo(float* to, const float* from) const {
    ForVectors(s_.dim, [&](int64_t d, int lanes) { Store(to + d, Load(to + d, lanes) + Load(from + d, lanes), lanes); });
  }

  const SkipGramSettings s_;
  float *in_, *out_;
  Xorshift random_;
  std::vector<int32_t> targets_, sentence_;
  std::vector<float> change_, input_change_;
};

}  // namespace lstm_lab

#endif  // LSTM_LAB_SKIP_GRAM_H_
