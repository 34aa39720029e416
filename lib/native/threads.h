// Work on TensorFlow's own threads.
#ifndef LSTM_LAB_THREADS_H_
#define LSTM_LAB_THREADS_H_

#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>

#include "absl/synchronization/blocking_counter.h"
#include "tensorflow/core/framework/op_kernel.h"
#include "tensorflow/core/platform/denormal.h"

namespace lstm_lab {

inline int64_t ThreadCount(tensorflow::OpKernelContext* ctx) {
  return ctx->device()->tensorflow_cpu_worker_threads()->num_threads;
}

// Runs f(0) ... f(n - 1) here and on TensorFlow's threads; denormals count as zero, as in every operation of TensorFlow's. Whoever is free
// takes the next one, so that nobody waits for a thread that a busy machine does not let start.
inline void RunParallel(tensorflow::OpKernelContext* ctx, int64_t n, const std::function<void(int64_t)>& f) {
  if (n <= 0) return;
  struct Shared {
    explicit Shared(int64_t n, const std::function<void(int64_t)>& f) : n(n), f(f), left(n) {}
    const int64_t n;
    const std::function<void(int64_t)>& f;  // not touched by a thread that comes when all are taken
    std::atomic<int64_t> next{0};
    absl::BlockingCounter left;
    void Work() {
      tensorflow::port::ScopedFlushDenormal flush;
      for (int64_t k = next++; k < n; k = next++) {
        f(k);
        left.DecrementCount();
      }
    }
  };
  const auto shared = std::make_shared<Shared>(n, f);
  auto* pool = ctx->device()->tensorflow_cpu_worker_threads()->workers;
  for (int64_t k = 1; k < n; ++k) pool->Schedule([shared] { shared->Work(); });
  shared->Work();
  shared->left.Wait();
}

// How many threads so much work is worth.
inline int64_t ThreadsFor(tensorflow::OpKernelContext* ctx, double work, double work_of_thread) {
  return std::max<int64_t>(1, std::min<double>(ThreadCount(ctx), work / work_of_thread));
}

// f(from, to) for the parts of 0 ... n, on so many threads.
template <typename F>
void RunRanges(tensorflow::OpKernelContext* ctx, int64_t threads, int64_t n, F f) {
  const int64_t parts = std::max<int64_t>(1, std::min(threads, n));
  RunParallel(ctx, parts, [&](int64_t part) { f(n * part / parts, n * (part + 1) / parts); });
}

}  // namespace lstm_lab

#endif  // LSTM_LAB_THREADS_H_
