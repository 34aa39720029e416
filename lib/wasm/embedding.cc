// Tables for WebAssembly: their rows, and their gradients. Indices outside a table are for the caller to refuse.
#include <algorithm>
#include <cstring>

#include "host.h"

using namespace lstm_lab;

// Whether one of the indices lies outside a table of so many rows.
LSTM_LAB_EXPORT int32_t is_outside(const int32_t* ids, int32_t count, int32_t rows) {
  return std::any_of(ids, ids + count, [rows](int32_t id) { return id < 0 || id >= rows; });
}

// to [tables, count, bytes]: the rows `ids` of each table [rows, bytes].
LSTM_LAB_EXPORT void gather(const char* from, const int32_t* ids, char* to, uint32_t tables, uint32_t rows, uint32_t count, uint32_t bytes) {
  for (uint32_t table = 0; table < tables; ++table, from += rows * bytes) {
    for (uint32_t k = 0; k < count; ++k, to += bytes) {
      const char* row = from + ids[k] * bytes;
      if (bytes == sizeof(float)) std::memcpy(to, row, sizeof(float));
      else std::memcpy(to, row, bytes);
    }
  }
}

// The gradient [rows, width] of a table: the gradients of looked-up rows, added up in the order of the look-up.
LSTM_LAB_EXPORT void embedding_gradient(const int32_t* ids, const float* values, uint32_t count, uint32_t rows, uint32_t width, float* gradient) {
  std::memset(gradient, 0, sizeof(float) * rows * width);
  for (uint32_t k = 0; k < count; ++k, values += width) {
    float* row = gradient + ids[k] * width;
    for (uint32_t i = 0; i < width; ++i) row[i] += values[i];
  }
}
