// Matrix products for recurrent networks: their rows are given by pointers, so that steps that a mask leaves out need not be moved or
// computed, and the constant factor is packed once for all time steps.
#ifndef LSTM_LAB_GEMM_H_
#define LSTM_LAB_GEMM_H_

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "vector.h"

namespace lstm_lab {

// f(constant) for the constant that equals n, one of 1 ... Most: how a size becomes a template argument.
template <int Most, typename F>
inline void WithConstant(int64_t n, F f) {
  if constexpr (Most > 1) {
    if (n < Most) return WithConstant<Most - 1>(n, f);
  }
  f(std::integral_constant<int, Most>());
}

// A block of accumulators is at most kBlockRows x kBlockVectors registers.
constexpr int kBlockVectors = kRegisters >= 32 ? 4 : 2;
constexpr int kBlockRows = kRegisters >= 16 ? 6 : 4;
constexpr int kPanel = kBlockVectors * kLanes;

// A matrix [rows, columns] cut into panels of kPanel columns, each row-major and padded with zeros to whole vectors.
struct Packed {
  const float* data;
  int64_t rows, columns;
  static int64_t Size(int64_t rows, int64_t columns) { return rows * Padded(columns); }
};

// Packs the panels of one of `parts` parts, so that threads can share the work. row(k, column, n) gives n <= kLanes numbers of row k.
template <typename Row>
Packed Pack(float* to, int64_t rows, int64_t columns, Row row, int64_t part = 0, int64_t parts = 1) {
  const int64_t panels = (columns + kPanel - 1) / kPanel;
  for (int64_t panel = panels * part / parts; panel < panels * (part + 1) / parts; ++panel) {
    const int64_t from = panel * kPanel, end = std::min(columns, from + kPanel);
    float* out = to + rows * from;
    for (int64_t k = 0; k < rows; ++k) {
      for (int64_t column = from; column < end; column += kLanes, out += kLanes) {
        Store(out, row(k, column, static_cast<int>(std::min<int64_t>(kLanes, end - column))));
      }
    }
  }
  return {to, rows, columns};
}

// Rows for Pack: those of a matrix whose rows lie `stride` apart, and those of its transpose.
inline auto RowsOf(const float* from, int64_t stride) {
  return [=](int64_t k, int64_t column, int n) { return Load(from + k * stride + column, n); };
}

inline auto ColumnsOf(const float* from, int64_t stride) {
  return [=](int64_t k, int64_t column, int n) {
    Vec v{};
    for (int j = 0; j < n; ++j) v[j] = from[(column + j) * stride + k];
    return v;
  };
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
      for (int v = 0; v < V; ++v) sum[r][v] = AddProduct(sum[r][v], s, b[v]);
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
    WithConstant<kBlockRows>(size, [&](auto R) { RowsBlock<R, V>(a + i, depth, panel, c + i, column, columns, add); });
    i += size;
  }
}

// c[i] = a[i] * b (or +=), for row vectors a[i] of b.rows and c[i] of b.columns numbers.
inline void MultiplyRows(int64_t rows, const float* const* a, const Packed& b, float* const* c, bool add) {
  const float* panel = b.data;
  for (int64_t column = 0; column < b.columns; column += kPanel) {
    const int64_t width = std::min<int64_t>(kPanel, Padded(b.columns - column));
    WithConstant<kBlockVectors>(width / kLanes, [&](auto V) { RowsPanel<V>(rows, a, b.rows, panel, c, column, b.columns, add); });
    panel += b.rows * width;
  }
}

// How many rows OuterProducts takes at a time, and the floats of work space that it needs.
constexpr int64_t kOuterRows = 128;

// The distance between copied rows: whole cache lines, an odd number of them, so that the rows do not compete for the same cache sets.
inline int64_t OuterStride(int64_t m) {
  constexpr int64_t kLine = 16;
  return ((m + kBlockRows + kLine - 1) / kLine | 1) * kLine;
}
inline int64_t OuterSpace(int64_t m) { return kOuterRows * (OuterStride(m) + kPanel); }

template <int V>
void OuterBlock(int64_t depth, const float* a, int64_t a_stride, const float* b, float* c, int64_t stride, int rows) {
  Vec sum[kBlockRows][V];
  for (int r = 0; r < kBlockRows; ++r) {
    for (int v = 0; v < V; ++v) sum[r][v] = r < rows ? Load(c + r * stride + v * kLanes) : Vec{};
  }
  for (int64_t i = 0; i < depth; ++i, a += a_stride, b += V * kLanes) {
    Vec bv[V];
    for (int v = 0; v < V; ++v) bv[v] = Load(b + v * kLanes);
    for (int r = 0; r < kBlockRows; ++r) {
      const Vec s = Splat(a[r]);
      for (int v = 0; v < V; ++v) sum[r][v] = AddProduct(sum[r][v], s, bv[v]);
    }
  }
  for (int r = 0; r < rows; ++r) {
    for (int v = 0; v < V; ++v) Store(c + r * stride + v * kLanes, sum[r][v]);
  }
}

// The same for few rows of c, where copying would cost more than it saves.
template <int R, int V>
void OuterDirect(int64_t count, const float* const* a, const float* const* b, int64_t column, int last, float* c, int64_t stride) {
  Vec sum[R][V];
  for (int r = 0; r < R; ++r) {
    for (int v = 0; v < V; ++v) sum[r][v] = Load(c + r * stride + v * kLanes);
  }
  for (int64_t i = 0; i < count; ++i) {
    Vec bv[V];
    for (int v = 0; v < V; ++v) bv[v] = Load(b[i] + column + v * kLanes, v == V - 1 ? last : kLanes);
    for (int r = 0; r < R; ++r) {
      const Vec s = Splat(a[i][r]);
      for (int v = 0; v < V; ++v) sum[r][v] = AddProduct(sum[r][v], s, bv[v]);
    }
  }
  for (int r = 0; r < R; ++r) {
    for (int v = 0; v < V; ++v) Store(c + r * stride + v * kLanes, sum[r][v]);
  }
}

// c += the sum over i of the outer products a[i] (m numbers) x b[i] (n numbers); rows of c are Padded(n) apart.
inline void OuterProducts(int64_t count, const float* const* a, int64_t m, const float* const* b, int64_t n, float* c, float* space) {
  if (m <= kBlockRows) {
    for (int64_t column = 0; column < n; column += kPanel) {
      const int64_t vectors = std::min<int64_t>(kPanel, Padded(n - column)) / kLanes;
      const int last = static_cast<int>(std::min<int64_t>(kLanes, n - column - (vectors - 1) * kLanes));
      WithConstant<kBlockRows>(m, [&](auto R) {
        WithConstant<kBlockVectors>(vectors, [&](auto V) { OuterDirect<R, V>(count, a, b, column, last, c + column, Padded(n)); });
      });
    }
    return;
  }
  const int64_t stride = Padded(n), a_stride = OuterStride(m), blocks = (m + kBlockRows - 1) / kBlockRows;
  for (int64_t start = 0; start < count; start += kOuterRows) {
    const int64_t depth = std::min(kOuterRows, count - start);
    for (int64_t i = 0; i < depth; ++i) {
      std::memcpy(space + i * a_stride, a[start + i], m * sizeof(float));
      std::memset(space + i * a_stride + m, 0, kBlockRows * sizeof(float));
    }
    float* panel = space + depth * a_stride;
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
        const float* left = space + block * kBlockRows;
        float* to = c + block * kBlockRows * stride + column;
        WithConstant<kBlockVectors>(width / kLanes, [&](auto V) { OuterBlock<V>(depth, left, a_stride, panel, to, stride, rows); });
      }
    }
  }
}

}  // namespace lstm_lab

#endif  // LSTM_LAB_GEMM_H_
