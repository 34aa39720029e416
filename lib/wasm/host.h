// The memory of the host, tfjs-backend-wasm, in which this module works: its malloc and free, and what happens when there is no more; and
// its one thread.
#ifndef LSTM_LAB_WASM_HOST_H_
#define LSTM_LAB_WASM_HOST_H_

#include <cstddef>
#include <cstdint>

#include "../native/parallel.h"

#define LSTM_LAB_IMPORT(name) extern "C" __attribute__((import_module("env"), import_name(#name)))
#define LSTM_LAB_EXPORT extern "C" __attribute__((visibility("default")))

LSTM_LAB_IMPORT(malloc) void* host_malloc(size_t bytes);
LSTM_LAB_IMPORT(free) void host_free(void* block);
// Throws a JavaScript error, which leaves this module without unwinding it.
LSTM_LAB_IMPORT(out_of_memory) [[noreturn]] void host_out_of_memory();

namespace lstm_lab {

// A block of memory, aligned to 16 bytes as malloc's are; all blocks are on one list, so that a call that was left in its midst can be
// cleaned up after. Never null.
void* Take(uint64_t bytes);
void Give(void* memory);

inline const Parallel one_after_the_other = [](int64_t n, const std::function<void(int64_t)>& f) {
  for (int64_t k = 0; k < n; ++k) f(k);
};

}  // namespace lstm_lab

#endif  // LSTM_LAB_WASM_HOST_H_
