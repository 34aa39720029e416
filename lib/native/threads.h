// Work on TensorFlow's own threads.
#ifndef LSTM_LAB_THREADS_H_
#define LSTM_LAB_THREADS_H_

#include <functional>

#include "absl/synchronization/blocking_counter.h"
#include "tensorflow/core/framework/op_kernel.h"
#include "tensorflow/core/platform/denormal.h"

namespace lstm_lab {

inline int64_t ThreadCount(tensorflow::OpKernelContext* ctx) {
  return ctx->device()->tensorflow_cpu_worker_threads()->num_threads;
}

// Runs f(0) ... f(n - 1), the first here and the others on TensorFlow's threads, and waits for all; denormals count as zero, as in every
// operation of TensorFlow's.
inline void RunParallel(tensorflow::OpKernelContext* ctx, int64_t n, const std::function<void(int64_t)>& f) {
  if (n <= 0) return;
  auto* pool = ctx->device()->tensorflow_cpu_worker_threads()->workers;
  absl::BlockingCounter left(n - 1);
  const auto run = [&f](int64_t k) {
    tensorflow::port::ScopedFlushDenormal flush;
    f(k);
  };
  for (int64_t k = 1; k < n; ++k) {
    pool->Schedule([&run, &left, k] {
      run(k);
      left.DecrementCount();
    });
  }
  run(0);
  left.Wait();
}

}  // namespace lstm_lab

#endif  // LSTM_LAB_THREADS_H_
