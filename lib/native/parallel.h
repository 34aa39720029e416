// How the kernels are told to use threads, whoever's they are.
#ifndef LSTM_LAB_PARALLEL_H_
#define LSTM_LAB_PARALLEL_H_

#include <cstdint>
#include <functional>

namespace lstm_lab {

// Runs f(0) ... f(n - 1), possibly at the same time.
using Parallel = std::function<void(int64_t n, const std::function<void(int64_t)>& f)>;

}  // namespace lstm_lab

#endif  // LSTM_LAB_PARALLEL_H_
