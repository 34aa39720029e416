// Blocks of the host's memory, all on one list, so that a call that was left in its midst can be cleaned up after.
#ifndef LSTM_LAB_WASM_BLOCKS_H_
#define LSTM_LAB_WASM_BLOCKS_H_

#include <cstdint>

#include "host.h"

namespace lstm_lab {

class Blocks {
 public:
  // A block aligned to 16 bytes, as malloc's are; null when there is no memory.
  void* Take(uint64_t bytes) {
    const bool fits = bytes < SIZE_MAX - sizeof(Block);
    Block* block = fits ? static_cast<Block*>(host_malloc(static_cast<size_t>(bytes) + sizeof(Block))) : nullptr;
    if (!block) return nullptr;
    *block = {&ends_, ends_.after};
    ends_.after->before = block;
    ends_.after = block;
    return block + 1;
  }

  static void Give(void* memory) {
    Block* block = static_cast<Block*>(memory) - 1;
    block->before->after = block->after;
    block->after->before = block->before;
    host_free(block);
  }

  void GiveAll() {
    while (ends_.after != &ends_) Give(ends_.after + 1);
  }

 private:
  struct alignas(16) Block {
    Block *before, *after;
  };

  Block ends_{&ends_, &ends_};
};

}  // namespace lstm_lab

#endif  // LSTM_LAB_WASM_BLOCKS_H_
