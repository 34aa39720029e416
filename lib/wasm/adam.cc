// Adam's step for WebAssembly: the C interface of adam.h.
#include "../native/adam.h"

#include "host.h"
#include "threads.h"

using namespace lstm_lab;

// A weight: with its dense gradient and width 0, or a table of `width` columns with the gradients of its rows `ids` [lookups].
struct AdamCall {
  int32_t size, width, lookups;
  const float* from;
  float *to, *first, *second;
  const float* gradient;
  const int32_t* ids;
};

// Gives how many weights come before the first whose indices lie outside its table; all of them, and the step is done.
LSTM_LAB_EXPORT int32_t adam_step(const AdamCall* calls, int32_t count, float alpha, float root_scale, float epsilon, float rate1, float rate2,
                                  float decay, int32_t clip, float limit, int32_t square_lookups) {
  std::vector<AdamWeight> weights(count);
  int64_t total = 0;
  for (int32_t k = 0; k < count; ++k) {
    const AdamCall& call = calls[k];
    AdamWeight& weight = weights[k];
    weight.size = call.size;
    weight.from = call.from, weight.to = call.to, weight.first = call.first, weight.second = call.second;
    if (call.width == 0) weight.gradient = call.gradient;
    else if (!weight.table.Set(call.size / call.width, call.width, call.ids, call.gradient, call.lookups)) return k;
    total += call.size;
  }
  const AdamStep step({alpha, root_scale, epsilon, rate1, rate2, decay}, static_cast<Clipping>(clip), limit, square_lookups != 0);
  step.Clip(weights);
  constexpr double kWorkOfThread = 1 << 17;
  RunRanges(PartsFor(total, kWorkOfThread), total, [&](int64_t from, int64_t to) { step.Update(weights, from, to); });
  return count;
}
