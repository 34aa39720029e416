// The memory of the host, tfjs-backend-wasm, in which this module works: its malloc and free, and what happens when there is no more.
#ifndef LSTM_LAB_WASM_HOST_H_
#define LSTM_LAB_WASM_HOST_H_

#include <cstddef>
#include <cstdint>

#define LSTM_LAB_IMPORT(name) extern "C" __attribute__((import_module("env"), import_name(#name)))
#define LSTM_LAB_EXPORT extern "C" __attribute__((visibility("default")))

LSTM_LAB_IMPORT(malloc) void* host_malloc(size_t bytes);
LSTM_LAB_IMPORT(free) void host_free(void* block);
// Throws a JavaScript error, which leaves this module without unwinding it.
LSTM_LAB_IMPORT(out_of_memory) [[noreturn]] void host_out_of_memory();

namespace lstm_lab {

// A block of memory, aligned to 16 bytes; never null. What a call has taken and not given back is freed when an error ends it.
void* Take(uint64_t bytes);
void Give(void* memory);

}  // namespace lstm_lab

#endif  // LSTM_LAB_WASM_HOST_H_
