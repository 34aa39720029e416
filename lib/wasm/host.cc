#include "host.h"

#include <new>

#include "blocks.h"
#include "threads.h"

namespace lstm_lab {
namespace {

Blocks blocks;

}  // namespace

void* Take(uint64_t bytes) {
  void* memory = InWorker() ? TakeInWorker(bytes) : blocks.Take(bytes);
  if (!memory) host_out_of_memory();
  return memory;
}

void Give(void* memory) {
  if (!memory) return;
  if (InWorker()) GiveInWorker(memory);
  else Blocks::Give(memory);
}

}  // namespace lstm_lab

// Ends what a call has left behind that an error ended.
LSTM_LAB_EXPORT void clean_up() {
  lstm_lab::AbandonWork();
  lstm_lab::blocks.GiveAll();
}

// What the C++ library asks of its surroundings.
void* operator new(size_t bytes) { return lstm_lab::Take(bytes); }
void* operator new(size_t bytes, const std::nothrow_t&) noexcept { return lstm_lab::Take(bytes); }
void operator delete(void* memory) noexcept { lstm_lab::Give(memory); }
void operator delete(void* memory, size_t) noexcept { lstm_lab::Give(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { lstm_lab::Give(memory); }
extern "C" void __cxa_pure_virtual() { __builtin_trap(); }
extern "C" void abort() { __builtin_trap(); }
extern "C" int __cxa_atexit(void (*)(void*), void*, void*) { return 0; }
namespace std {
const nothrow_t nothrow{};
inline namespace __1 {
void __libcpp_verbose_abort(const char*, ...) noexcept { host_out_of_memory(); }
}  // namespace __1
}  // namespace std
