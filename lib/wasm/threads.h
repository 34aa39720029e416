// Threads in WebAssembly: workers, each with an instance of this module that has a stack, static data and a table of functions of its own,
// and shares the memory. What a function of one instance points to means the same in the others, because their tables are alike.
//
// The instance that the program calls cuts a call into parts. Whoever is free takes the next one, so that nobody waits for a worker that has
// not started yet or that a busy machine does not let run.
#ifndef LSTM_LAB_WASM_THREADS_H_
#define LSTM_LAB_WASM_THREADS_H_

#include <algorithm>
#include <cstdint>

#include "../native/parallel.h"

namespace lstm_lab {

// How many parts so much work is worth, at most one for each thread.
int64_t PartsFor(double work, double work_of_part);

// Runs f(0) ... f(n - 1) here and in the workers. Throws what Take does where there is no memory for one of them.
void RunParallel(int64_t n, const std::function<void(int64_t)>& f);

// f(from, to) for the parts of 0 ... n.
template <typename F>
void RunRanges(int64_t parts, int64_t n, F f) {
  const int64_t count = std::max<int64_t>(1, std::min(parts, n));
  RunParallel(count, [&](int64_t part) { f(n * part / count, n * (part + 1) / count); });
}

// Waits for the workers that still compute for a call that an error has ended.
void AbandonWork();

// Memory in a worker, which must not use the host's malloc at the same time as the program: its arena, and beyond that what the program's
// thread lends it when it has nothing else to do. Null when there is none.
bool InWorker();
void* TakeInWorker(uint64_t bytes);
void GiveInWorker(void* memory);

}  // namespace lstm_lab

#endif  // LSTM_LAB_WASM_THREADS_H_
