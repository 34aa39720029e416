// Work on TensorFlow's own threads.
#ifndef LSTM_LAB_THREADS_H_
#define LSTM_LAB_THREADS_H_

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

}  // namespace lstm_lab

#endif  // LSTM_LAB_THREADS_H_
