// Memory for what a worker's part of a call allocates and frees again: blocks one upon the other, of which the uppermost free ones go.
#ifndef LSTM_LAB_WASM_ARENA_H_
#define LSTM_LAB_WASM_ARENA_H_

#include <cstddef>
#include <cstdint>

namespace lstm_lab {

class Arena {
 public:
  void Set(char* from, size_t bytes) {
    from_ = from, end_ = from + bytes;
    Clear();
  }

  void Clear() { top_ = from_, last_ = nullptr; }

  bool Holds(const void* memory) const { return memory >= from_ && memory < end_; }

  // A block aligned to 16 bytes; null when there is no more room.
  void* Take(uint64_t bytes) {
    const uint64_t size = sizeof(Block) + (bytes + 15) / 16 * 16;
    if (bytes > SIZE_MAX || size > static_cast<uint64_t>(end_ - top_)) return nullptr;
    Block* block = reinterpret_cast<Block*>(top_);
    *block = {last_, false};
    last_ = block;
    top_ += size;
    return block + 1;
  }

  void Give(void* memory) {
    (static_cast<Block*>(memory) - 1)->free = true;
    while (last_ && last_->free) {
      top_ = reinterpret_cast<char*>(last_);
      last_ = last_->below;
    }
  }

 private:
  struct alignas(16) Block {
    Block* below;
    bool free;
  };

  char *from_ = nullptr, *end_ = nullptr, *top_ = nullptr;
  Block* last_ = nullptr;
};

}  // namespace lstm_lab

#endif  // LSTM_LAB_WASM_ARENA_H_
