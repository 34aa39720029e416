#include "host.h"

#include <new>

namespace {

struct alignas(16) Block {
  Block *before, *after;
};

Block blocks{&blocks, &blocks};

}  // namespace

namespace lstm_lab {

void* Take(uint64_t bytes) {
  const bool fits = bytes < SIZE_MAX - sizeof(Block);
  Block* block = fits ? static_cast<Block*>(host_malloc(static_cast<size_t>(bytes) + sizeof(Block))) : nullptr;
  if (!block) host_out_of_memory();
  *block = {&blocks, blocks.after};
  blocks.after->before = block;
  blocks.after = block;
  return block + 1;
}

void Give(void* memory) {
  if (!memory) return;
  Block* block = static_cast<Block*>(memory) - 1;
  block->before->after = block->after;
  block->after->before = block->before;
  host_free(block);
}

}  // namespace lstm_lab

// Gives back what a call has left behind that an error ended.
LSTM_LAB_EXPORT void clean_up() {
  while (blocks.after != &blocks) lstm_lab::Give(blocks.after + 1);
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
