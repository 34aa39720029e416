// Matrix products for recurrent networks: their rows are given by pointers, so that steps that a mask leaves out need not be moved or
// computed, and the constant factor is packed once for all time steps.
#ifndef LSTM_LAB_GEMM_H_
#define LSTM_LAB_GEMM_H_

#include <algorithm>
#include <cstdint>

#include "vector.h"

namespace lstm_lab {

// A block of accumulators is at most kBlockRows x kBlockVectors registers.
constexpr int kBlockVectors = kRegisters >= 32 ? 4 : 2;
constexpr int kBlockRows = 6;
constexpr int kPanel = kBlockVectors * kLanes;

// A matrix [rows, columns] cut into panels of kPanel columns, each row-major and padded with zeros to whole vectors.
struct Packed {
  const float* data;
  int64_t rows, columns;
  static int64_t Size(int64_t rows, int64_t columns) { return rows * Padded(columns); }
};

// element(row, column) gives the matrix.
template <typename Element>
Packed Pack(float* to, int64_t rows, int64_t columns, Element element) {
  float* out = to;
  for (int64_t panel = 0; panel < columns; panel += kPanel) {
    const int64_t width = std::min<int64_t>(kPanel, Padded(columns - panel));
    for (int64_t k = 0; k < rows; ++k) {
      for (int64_t j = 0; j < width; ++j) *out++ = panel + j < columns ? element(k, panel + j) : 0.0f;
    }
  }
  return {to, rows, columns};
}

template <int R, int V>
void RowsBlock(const float* const* a, int64_t depth, const float* panel, float* const* c, int64_t column, int64_t columns, bool add) {
  Vec sum[R][V];
  const float* row[R];
  const int last = static_cast<int>(std::min<int64_t>(kLanes, columns - column - (V - 1) * kLanes));
  for (int r = 0; r < R; ++r) {
    row[r] = a[r];
    for (int v = 0; v < V; ++v) sum[r][v] = add ? Load(c[r] + column + v * kLanes, v == V - 1 ? last : kLanes) : Vec{};
  }
  for (int64_t k = 0; k < depth; ++k, panel += V * kLanes) {
    Vec b[V];
    for (int v = 0; v < V; ++v) b[v] = Load(panel + v * kLanes);
    for (int r = 0; r < R; ++r) {
      const Vec s = Splat(row[r][k]);
      for (int v = 0; v < V; ++v) sum[r][v] += s * b[v];
    }
  }
  for (int r = 0; r < R; ++r) {
    for (int v = 0; v < V; ++v) Store(c[r] + column + v * kLanes, sum[r][v], v == V - 1 ? last : kLanes);
  }
}

template <int V>
void RowsPanel(int64_t rows, const float* const* a, int64_t depth, const float* panel, float* const* c, int64_t column, int64_t columns,
               bool add) {
  for (int64_t i = 0; i < rows;) {
    // Blocks of nearly equal size: 16 rows are 6 + 5 + 5, not 6 + 6 + 4.
    const int64_t blocks = (rows - i + kBlockRows - 1) / kBlockRows;
    const int64_t size = (rows - i + blocks - 1) / blocks;
    switch (size) {
      case 1: RowsBlock<1, V>(a + i, depth, panel, c + i, column, columns, add); break;
      case 2: RowsBlock<2, V>(a + i, depth, panel, c + i, column, columns, add); break;
      case 3: RowsBlock<3, V>(a + i, depth, panel, c + i, column, columns, add); break;
      case 4: RowsBlock<4, V>(a + i, depth, panel, c + i, column, columns, add); break;
      case 5: RowsBlock<5, V>(a + i, depth, panel, c + i, column, columns, add); break;
      default: RowsBlock<6, V>(a + i, depth, panel, c + i, column, columns, add); break;
    }
    i += size;
  }
}

// c[i] = a[i] * b (or +=), for row vectors a[i] of b.rows and c[i] of b.columns numbers.
inline void MultiplyRows(int64_t rows, const float* const* a, const Packed& b, float* const* c, bool add) {
  const float* panel = b.data;
  for (int64_t column = 0; column < b.columns; column += kPanel) {
    const int64_t width = std::min<int64_t>(kPanel, Padded(b.columns - column));
    switch (width / kLanes) {
      case 1: RowsPanel<1>(rows, a, b.rows, panel, c, column, b.columns, add); break;
      case 2: RowsPanel<2>(rows, a, b.rows, panel, c, column, b.columns, add); break;
#if defined(__AVX512F__) || defined(__aarch64__)
      case 3: RowsPanel<3>(rows, a, b.rows, panel, c, column, b.columns, add); break;
      case 4: RowsPanel<4>(rows, a, b.rows, panel, c, column, b.columns, add); break;
#endif
    }
    panel += b.rows * width;
  }
}

// How many rows OuterProducts takes at a time, and the floats of work space that it needs.
constexpr int64_t kOuterRows = 128;
inline int64_t OuterSpace(int64_t m) { return kOuterRows * ((m + kBlockRows - 1) / kBlockRows * kBlockRows + kPanel); }

template <int V>
void OuterBlock(int64_t depth, const float* a, const float* b, float* c, int64_t stride, int rows) {
  Vec sum[kBlockRows][V];
  for (int r = 0; r < kBlockRows; ++r) {
    for (int v = 0; v < V; ++v) sum[r][v] = r < rows ? Load(c + r * stride + v * kLanes) : Vec{};
  }
  for (int64_t i = 0; i < depth; ++i, a += kBlockRows, b += V * kLanes) {
    Vec bv[V];
    for (int v = 0; v < V; ++v) bv[v] = Load(b + v * kLanes);
    for (int r = 0; r < kBlockRows; ++r) {
      const Vec s = Splat(a[r]);
      for (int v = 0; v < V; ++v) sum[r][v] += s * bv[v];
    }
  }
  for (int r = 0; r < rows; ++r) {
    for (int v = 0; v < V; ++v) Store(c + r * stride + v * kLanes, sum[r][v]);
  }
}

// c += the sum over i of the outer products a[i] (m numbers) x b[i] (n numbers); rows of c are Padded(n) apart.
inline void OuterProducts(int64_t count, const float* const* a, int64_t m, const float* const* b, int64_t n, float* c, float* space) {
  const int64_t stride = Padded(n), blocks = (m + kBlockRows - 1) / kBlockRows;
  for (int64_t start = 0; start < count; start += kOuterRows) {
    const int64_t depth = std::min(kOuterRows, count - start);
    for (int64_t i = 0; i < depth; ++i) {
      const float* row = a[start + i];
      for (int64_t block = 0; block < blocks; ++block) {
        float* to = space + (block * depth + i) * kBlockRows;
        const int64_t width = std::min<int64_t>(kBlockRows, m - block * kBlockRows);
        for (int64_t r = 0; r < kBlockRows; ++r) to[r] = r < width ? row[block * kBlockRows + r] : 0.0f;
      }
    }
    float* panel = space + blocks * depth * kBlockRows;
    for (int64_t column = 0; column < n; column += kPanel) {
      const int64_t width = std::min<int64_t>(kPanel, Padded(n - column));
      for (int64_t i = 0; i < depth; ++i) {
        for (int64_t v = 0; v < width; v += kLanes) {
          const int left = static_cast<int>(std::min<int64_t>(kLanes, n - column - v));
          Store(panel + i * width + v, Load(b[start + i] + column + v, left));
        }
      }
      for (int64_t block = 0; block < blocks; ++block) {
        const int rows = static_cast<int>(std::min<int64_t>(kBlockRows, m - block * kBlockRows));
        const float* left = space + block * depth * kBlockRows;
        float* to = c + block * kBlockRows * stride + column;
        switch (width / kLanes) {
          case 1: OuterBlock<1>(depth, left, panel, to, stride, rows); break;
          case 2: OuterBlock<2>(depth, left, panel, to, stride, rows); break;
#if defined(__AVX512F__) || defined(__aarch64__)
          case 3: OuterBlock<3>(depth, left, panel, to, stride, rows); break;
          case 4: OuterBlock<4>(depth, left, panel, to, stride, rows); break;
#endif
        }
      }
    }
  }
}

}  // namespace lstm_lab

#endif  // LSTM_LAB_GEMM_H_
