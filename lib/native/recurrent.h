// Recurrent networks over whole sequences, forward and backward: one skeleton, and for each cell what happens between its products.
//
// Every thread takes some rows of the batch through all time steps on its own. Time is cut into chunks small enough for the cache: the
// input of a chunk is projected by one matrix product, then come its steps; backward, the products for the gradients of the input and of
// the weights follow the steps of a chunk while what they need is still in the cache.
#ifndef LSTM_LAB_RECURRENT_H_
#define LSTM_LAB_RECURRENT_H_

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <functional>
#include <vector>

#include "gemm.h"
#include "parallel.h"
#include "recurrent_cells.h"
#include "sequence_plan.h"

namespace lstm_lab {

// All matrices are row-major; null where there is none.
struct RecurrentShape {
  int64_t batch, time, features, units;
  int64_t mask_gates;  // recurrent dropout: 0 none, 1 one mask for all gates, otherwise one for each gate
  bool projected;      // x is [batch, time, gates * units] already
  bool zero_output;    // a masked step gives zeros instead of the output before it
  int64_t table_rows;  // of x where it is a table
};

struct RecurrentForward {
  const float *x, *kernel, *recurrent_kernel, *input_bias, *recurrent_bias, *h0, *c0, *recurrent_mask;
  float* sequence;  // [batch, time, units] in the order of processing, or null
  float *output, *h, *c;
  float *gates, *cells;  // what the backward pass needs: [batch, time, the cell's saved * units], [batch, time, units]; null for inference
  const int32_t* ids = nullptr;  // [batch, time]: x is a table, and these are its rows for every step
};

struct RecurrentBackward {
  const float *x, *kernel, *recurrent_kernel, *h0, *c0, *recurrent_mask, *sequence, *gates, *cells;
  const float *d_sequence, *d_output, *d_h, *d_c;  // null where nothing flows in
  // Null where nobody asks; dx is [batch, time, ...] also where x is a table.
  float *dx, *d_kernel, *d_recurrent_kernel, *d_input_bias, *d_recurrent_bias, *d_h0, *d_c0;
  const int32_t* ids = nullptr;
};

// Hands out floats; null when there is no memory.
using Allocate = std::function<float*(int64_t)>;

// Enough rows for the products to run at full speed, few enough for the cache.
inline int64_t ChunkSteps(int64_t rows, int64_t time) {
  return std::max<int64_t>(1, std::min<int64_t>(time, 256 / std::max<int64_t>(1, rows)));
}

// Kind: CellKind, or BuiltIn of a cell.
template <typename Kind>
class RecurrentNetwork {
 public:
  RecurrentNetwork(const Kind& cell, const RecurrentShape& shape, const SequencePlan& plan) : cell_(cell), s_(shape), plan_(plan) {}

  // False when there is no memory.
  bool Forward(const RecurrentForward& f, const Parallel& parallel, const Allocate& allocate) const {
    const int64_t columns = cell_.gates * s_.units;
    float* kernel_space = s_.projected ? nullptr : allocate(Packed::Size(s_.features, columns));
    float* recurrent_space = allocate(cell_.packed_size(s_.units));
    float* zeros = allocate(Padded(s_.units));
    if ((!s_.projected && !kernel_space) || !recurrent_space || !zeros) return false;
    std::fill_n(zeros, Padded(s_.units), 0.0f);
    const Packed kernel{kernel_space, s_.features, columns};
    PackInParts(columns * (s_.units + (s_.projected ? 0 : s_.features)), parallel, [&](int64_t part, int64_t parts) {
      if (!s_.projected) Pack(kernel_space, s_.features, columns, RowsOf(f.kernel, columns), part, parts);
      cell_.pack_state(recurrent_space, f.recurrent_kernel, s_.units, part, parts);
    });

    RecurrentForward input = f;
    bool projected = s_.projected;
    if (f.ids && !projected && IsShort(s_.table_rows, s_.batch * s_.time)) {
      float* table = allocate(s_.table_rows * columns);
      if (!table) return false;
      parallel(plan_.Slices(), [&](int64_t k) { ProjectTable(f.x, kernel, table, k); });
      input.x = table;
      projected = true;
    }

    std::vector<float*> spaces(plan_.Slices());
    for (int64_t k = 0; k < plan_.Slices(); ++k) {
      spaces[k] = allocate(ForwardSpace(plan_.Rows(k).size(), projected));
      if (!spaces[k]) return false;
    }
    parallel(plan_.Slices(), [&](int64_t k) { ForwardSlice(input, projected, k, kernel, recurrent_space, zeros, spaces[k]); });
    return true;
  }

  bool Backward(const RecurrentBackward& g, const Parallel& parallel, const Allocate& allocate) const {
    const int64_t columns = cell_.gates * s_.units, slices = plan_.Slices();
    const bool kernel = g.kernel != nullptr;
    float* kernel_space = kernel && g.dx ? allocate(Packed::Size(columns, s_.features)) : nullptr;
    float* recurrent_space = allocate(Packed::Size(columns, s_.units));
    float* zeros = allocate(Padded(s_.units));
    if ((kernel && g.dx && !kernel_space) || !recurrent_space || !zeros) return false;
    std::fill_n(zeros, Padded(s_.units), 0.0f);
    const Packed transposed{kernel_space, columns, s_.features};
    // For masks that differ from gate to gate, one matrix for each gate.
    Packed recurrent[kMostGates];
    const int64_t matrices = s_.mask_gates > 1 ? cell_.gates : 1, depth = columns / matrices;
    for (int64_t m = 0; m < matrices; ++m) recurrent[m] = {recurrent_space + m * Packed::Size(depth, s_.units), depth, s_.units};
    PackInParts(columns * (s_.units + (kernel_space ? s_.features : 0)), parallel, [&](int64_t part, int64_t parts) {
      if (kernel_space) Pack(kernel_space, columns, s_.features, ColumnsOf(g.kernel, columns), part, parts);
      const auto column = ColumnsOf(g.recurrent_kernel, columns);
      for (int64_t m = 0; m < matrices; ++m) {
        const auto row = [&](int64_t k, int64_t j, int n) { return column(RecurrentColumn(m * depth + k), j, n); };
        Pack(recurrent_space + m * Packed::Size(depth, s_.units), depth, s_.units, row, part, parts);
      }
    });

    std::vector<BackwardSpace> spaces(slices);
    for (int64_t k = 0; k < slices; ++k) {
      if (!spaces[k].Allocate(cell_, s_, plan_.Rows(k).size(), g, allocate)) return false;
    }
    parallel(slices, [&](int64_t k) { BackwardSlice(g, k, transposed, recurrent, zeros, spaces[k]); });
    Reduce(g, spaces, parallel);
    return true;
  }

 private:
  const Kind& cell_;
  const RecurrentShape& s_;
  const SequencePlan& plan_;

  // pack(part, parts) for all parts, on several threads where there is enough to be packed.
  template <typename PackPart>
  void PackInParts(int64_t numbers, const Parallel& parallel, PackPart pack) const {
    constexpr int64_t kWorkOfThread = 1 << 16;
    const int64_t parts = std::min(plan_.Slices(), 1 + numbers / kWorkOfThread);
    parallel(parts, [&](int64_t part) { pack(part, parts); });
  }

  // Which row of x a step reads.
  int64_t InputRow(const int32_t* ids, int64_t row, int64_t step) const {
    const int64_t place = row * s_.time + step;
    return ids ? ids[place] : place;
  }

  // Whether to compute once for every row of a table is less work than for every one of so many steps.
  static bool IsShort(int64_t table_rows, int64_t steps) { return 2 * table_rows <= steps; }

  // The projection of every row of a table: a slice's share of them.
  void ProjectTable(const float* x, const Packed& kernel, float* to, int64_t slice) const {
    const int64_t from = s_.table_rows * slice / plan_.Slices(), end = s_.table_rows * (slice + 1) / plan_.Slices();
    std::vector<const float*> rows(end - from);
    std::vector<float*> projected(end - from);
    for (int64_t row = from; row < end; ++row) {
      rows[row - from] = x + row * s_.features;
      projected[row - from] = to + row * kernel.columns;
    }
    MultiplyRows(end - from, rows.data(), kernel, projected.data(), false);
  }

  int64_t ForwardSpace(int64_t rows, bool projected) const {
    const int64_t chunk = rows * ChunkSteps(rows, s_.time);
    return (projected ? 0 : chunk * cell_.gates * s_.units) + rows * s_.units * (s_.mask_gates + 4);
  }

  const float* MaskOf(const float* masks, int64_t row, int64_t gate) const {
    return masks + (row * s_.mask_gates + gate) * s_.units;
  }

  void ForwardSlice(const RecurrentForward& f, bool projected, int64_t slice, const Packed& kernel, const float* recurrent_kernel,
                    const float* zeros, float* space) const {
    const std::vector<int64_t>& rows = plan_.Rows(slice);
    const int64_t n = rows.size(), H = s_.units, T = s_.time, width = cell_.gates * H, longest = n ? plan_.Count(rows[0]) : 0;
    const int64_t chunk = ChunkSteps(n, T), x_width = projected ? width : s_.features;
    float* masked = space + (projected ? 0 : n * chunk * width);
    float* h_local = masked + n * H * s_.mask_gates;
    float* c_local = h_local + 2 * n * H;

    std::vector<const float*> x_rows(n * chunk), previous(n), left(n * std::max<int64_t>(1, s_.mask_gates));
    std::vector<float*> z_rows(n * chunk);
    std::vector<ForwardRow> step(n);
    for (int64_t r = 0; r < n; ++r) {
      step[r].c = f.c0 ? f.c0 + rows[r] * H : zeros;
      previous[r] = f.h0 ? f.h0 + rows[r] * H : zeros;
    }
    for (int64_t from = 0; from < longest; from += chunk) {
      const int64_t to = std::min(longest, from + chunk);
      int64_t listed = 0;
      for (int64_t k = from; k < to; ++k) {
        for (int64_t r = 0; r < n && plan_.Count(rows[r]) > k; ++r, ++listed) {
          x_rows[listed] = f.x + InputRow(f.ids, rows[r], plan_.Step(rows[r], k)) * x_width;
          z_rows[listed] = projected ? const_cast<float*>(x_rows[listed]) : space + listed * width;
        }
      }
      if (!projected) MultiplyRows(listed, x_rows.data(), kernel, z_rows.data(), false);

      int64_t at = 0;
      for (int64_t k = from; k < to; ++k) {
        int64_t active = 0;
        for (; active < n && plan_.Count(rows[active]) > k; ++active) {
          const int64_t row = rows[active], t = plan_.Step(row, k);
          ForwardRow& p = step[active];
          p.z = z_rows[at + active];
          p.previous = previous[active];
          p.c_new = f.cells ? f.cells + (row * T + t) * H : c_local + active * H;
          p.gates = f.gates ? f.gates + (row * T + t) * cell_.saved * H : nullptr;
          p.h = f.sequence ? f.sequence + (row * T + plan_.Place(t)) * H : h_local + ((k & 1) * n + active) * H;
          if (s_.mask_gates == 0) left[active] = p.previous;
        }
        if (s_.mask_gates > 0) MaskStates(f.recurrent_mask, rows, active, previous, masked, left);
        cell_.forward(active, step.data(), left.data(), s_.mask_gates > 1 ? n : 0, recurrent_kernel, f.input_bias, f.recurrent_bias, H);
        for (int64_t r = 0; r < active; ++r) {
          previous[r] = step[r].h;
          step[r].c = step[r].c_new;
        }
        at += active;
      }
    }
    for (int64_t r = 0; r < n; ++r) FinishRow(f, rows[r], previous[r], step[r].c);
  }

  // state * mask, once or for each gate: left[gate * rows + row].
  void MaskStates(const float* masks, const std::vector<int64_t>& rows, int64_t active, const std::vector<const float*>& previous,
                  float* masked, std::vector<const float*>& left) const {
    const int64_t H = s_.units, n = rows.size();
    for (int64_t gate = 0; gate < s_.mask_gates; ++gate) {
      for (int64_t r = 0; r < active; ++r) {
        const float* mask = MaskOf(masks, rows[r], gate);
        float* to = masked + (gate * n + r) * H;
        for (int64_t u = 0; u < H; ++u) to[u] = previous[r][u] * mask[u];
        left[gate * n + r] = to;
      }
    }
  }

  void FinishRow(const RecurrentForward& f, int64_t row, const float* h, const float* c) const {
    const int64_t H = s_.units, T = s_.time, bytes = H * sizeof(float);
    std::memcpy(f.h + row * H, h, bytes);
    if (f.c) std::memcpy(f.c + row * H, c, bytes);
    const int64_t count = plan_.Count(row);
    const bool ends_masked = count == 0 || (s_.zero_output && plan_.Place(plan_.Step(row, count - 1)) != T - 1);
    if (ends_masked) std::memset(f.output + row * H, 0, bytes);
    else std::memcpy(f.output + row * H, h, bytes);
    if (!f.sequence || count == T) return;
    const float* last = nullptr;
    for (int64_t place = 0, k = 0; place < T; ++place) {
      float* out = f.sequence + (row * T + place) * H;
      if (k < count && plan_.Place(plan_.Step(row, k)) == place) {
        last = out;
        ++k;
      } else if (last && !s_.zero_output) {
        std::memcpy(out, last, bytes);
      } else {
        std::memset(out, 0, bytes);
      }
    }
  }

  // The work space of a thread's backward pass; the sums for the weights are added up over threads at the end.
  struct BackwardSpace {
    float *dg, *dh, *dc, *outer, *masked, *product;
    float *d_kernel = nullptr, *d_recurrent = nullptr, *d_bias = nullptr;
    float* d_table = nullptr;  // the gradient of every projected row of a table

    bool Allocate(const Kind& cell, const RecurrentShape& s, int64_t rows, const RecurrentBackward& g, const lstm_lab::Allocate& allocate) {
      const int64_t padded = Padded(s.units), chunk = rows * ChunkSteps(rows, s.time), columns = cell.gates * s.units;
      dg = allocate(chunk * cell.gradients * s.units);
      dh = allocate(rows * padded);
      dc = allocate(rows * padded);
      outer = allocate(OuterSpace(std::max(s.units, s.features)));
      masked = allocate(s.mask_gates > 0 ? chunk * s.units : 1);
      product = allocate(s.mask_gates > 0 ? rows * padded : 1);
      d_bias = allocate(cell.gradients * s.units);
      d_recurrent = allocate(s.units * Padded(columns) * (s.mask_gates > 1 ? cell.gates : 1));
      if (!dg || !dh || !dc || !outer || !masked || !product || !d_bias || !d_recurrent) return false;
      std::fill_n(d_bias, cell.gradients * s.units, 0.0f);
      std::fill_n(d_recurrent, s.units * Padded(columns) * (s.mask_gates > 1 ? cell.gates : 1), 0.0f);
      if (g.d_kernel) {
        d_kernel = allocate(s.features * Padded(columns));
        if (!d_kernel) return false;
        std::fill_n(d_kernel, s.features * Padded(columns), 0.0f);
      }
      if (g.d_kernel && g.ids && IsShort(s.table_rows, rows * s.time)) {
        d_table = allocate(s.table_rows * columns);
        if (!d_table) return false;
        std::fill_n(d_table, s.table_rows * columns, 0.0f);
      }
      return true;
    }
  };

  // The gradient of a row's k-th output: its own and those of the masked steps after it, which repeat it.
  void AddOutputGradient(const float* d_sequence, int64_t row, int64_t k, float* dh) const {
    const int64_t T = s_.time, H = s_.units;
    const int64_t place = plan_.Place(plan_.Step(row, k));
    int64_t end = place + 1;
    if (!s_.zero_output) end = k + 1 < plan_.Count(row) ? plan_.Place(plan_.Step(row, k + 1)) : T;
    for (int64_t p = place; p < end; ++p) {
      const float* from = d_sequence + (row * T + p) * H;
      for (int64_t u = 0; u < H; ++u) dh[u] += from[u];
    }
  }

  void StartBackward(const RecurrentBackward& g, int64_t row, float* dh, float* dc) const {
    const int64_t H = s_.units, padded = Padded(H), count = plan_.Count(row);
    std::fill_n(dh, padded, 0.0f);
    std::fill_n(dc, padded, 0.0f);
    const bool output = count > 0 && (!s_.zero_output || plan_.Place(plan_.Step(row, count - 1)) == s_.time - 1);
    for (int64_t u = 0; u < H; ++u) {
      if (g.d_h) dh[u] = g.d_h[row * H + u];
      if (g.d_output && output) dh[u] += g.d_output[row * H + u];
      if (g.d_c) dc[u] = g.d_c[row * H + u];
    }
  }

  void BackwardSlice(const RecurrentBackward& g, int64_t slice, const Packed& kernel, const Packed* recurrent, const float* zeros,
                     BackwardSpace& space) const {
    const std::vector<int64_t>& rows = plan_.Rows(slice);
    const int64_t n = rows.size(), H = s_.units, T = s_.time, F = s_.features, padded = Padded(H), width = cell_.gradients * H;
    const int64_t longest = n ? plan_.Count(rows[0]) : 0, chunk = ChunkSteps(n, T), x_width = s_.projected ? cell_.gates * H : F;
    std::vector<const float*> x_rows(n * chunk), h_rows(n * chunk), dg_input(n * chunk), dg_state(n * chunk);
    std::vector<float*> dx_rows(n * chunk), table_rows(space.d_table ? n * chunk : 0), carry(n), product(n);
    std::vector<BackwardRow> step(n);
    for (int64_t r = 0; r < n; ++r) {
      carry[r] = space.dh + r * padded;
      product[r] = s_.mask_gates > 0 ? space.product + r * padded : nullptr;
      step[r].dh = carry[r];
      step[r].dc = space.dc + r * padded;
      StartBackward(g, rows[r], step[r].dh, step[r].dc);
    }
    for (int64_t to = longest; to > 0;) {
      const int64_t from = (to - 1) / chunk * chunk;
      int64_t listed = 0;
      for (int64_t k = to - 1; k >= from; --k) {
        int64_t active = 0;
        for (; active < n && plan_.Count(rows[active]) > k; ++active) {
          const int64_t row = rows[active], t = plan_.Step(row, k), before = k > 0 ? plan_.Step(row, k - 1) : -1, at = listed + active;
          BackwardRow& p = step[active];
          p.gates = g.gates + (row * T + t) * cell_.saved * H;
          p.h = g.sequence + (row * T + plan_.Place(t)) * H;
          p.previous = k > 0 ? g.sequence + (row * T + plan_.Place(before)) * H : g.h0 ? g.h0 + row * H : zeros;
          if (cell_.states > 1) {
            p.c = g.cells + (row * T + t) * H;
            p.c_previous = k > 0 ? g.cells + (row * T + before) * H : g.c0 ? g.c0 + row * H : zeros;
          }
          p.dg = space.dg + at * width;
          if (g.d_sequence) AddOutputGradient(g.d_sequence, row, k, p.dh);
          x_rows[at] = g.x + InputRow(g.ids, row, t) * x_width;
          if (space.d_table) table_rows[at] = space.d_table + InputRow(g.ids, row, t) * cell_.gates * H;
          h_rows[at] = p.previous;
          dg_input[at] = p.dg + cell_.input_gradients * H;
          dg_state[at] = p.dg;
          if (g.dx) dx_rows[at] = g.dx + (row * T + t) * x_width;
        }
        cell_.backward(active, step.data(), space.d_bias, H);
        Carry(g, rows, active, dg_state.data() + listed, recurrent, carry, product);
        listed += active;
      }
      if (g.dx && !s_.projected) MultiplyRows(listed, dg_input.data(), kernel, dx_rows.data(), false);
      if (g.dx && s_.projected) {
        for (int64_t i = 0; i < listed; ++i) std::memcpy(dx_rows[i], dg_input[i], x_width * sizeof(float));
      }
      for (int64_t i = 0; space.d_table && i < listed; ++i) {
        for (int64_t j = 0; j < cell_.gates * H; ++j) table_rows[i][j] += dg_input[i][j];
      }
      if (g.d_kernel && !space.d_table) OuterProducts(listed, x_rows.data(), F, dg_input.data(), cell_.gates * H, space.d_kernel, space.outer);
      StateOuterProducts(g, rows, from, to, h_rows, dg_state, space);
      to = from;
    }
    if (space.d_table) TableOuterProducts(g, space);
    for (int64_t r = 0; r < n; ++r) {
      if (g.d_h0) std::memcpy(g.d_h0 + rows[r] * H, step[r].dh, H * sizeof(float));
      if (g.d_c0) std::memcpy(g.d_c0 + rows[r] * H, step[r].dc, H * sizeof(float));
      if (g.dx && plan_.Count(rows[r]) < T) ClearMasked(g.dx, rows[r], x_width);
    }
  }

  // The kernel's gradient from those of the projected rows of a table.
  void TableOuterProducts(const RecurrentBackward& g, BackwardSpace& space) const {
    const int64_t columns = cell_.gates * s_.units;
    std::vector<const float*> rows(s_.table_rows), d_rows(s_.table_rows);
    for (int64_t row = 0; row < s_.table_rows; ++row) {
      rows[row] = g.x + row * s_.features;
      d_rows[row] = space.d_table + row * columns;
    }
    OuterProducts(s_.table_rows, rows.data(), s_.features, d_rows.data(), columns, space.d_kernel, space.outer);
  }

  void ClearMasked(float* dx, int64_t row, int64_t width) const {
    for (int64_t place = 0, k = 0; place < s_.time; ++place) {
      const int64_t t = plan_.StepAt(place);
      if (k < plan_.Count(row) && plan_.Step(row, k) == t) ++k;
      else std::memset(dx + (row * s_.time + t) * width, 0, width * sizeof(float));
    }
  }

  // What the gates' gradients send back to the state before them.
  void Carry(const RecurrentBackward& g, const std::vector<int64_t>& rows, int64_t active, const float* const* dg, const Packed* recurrent,
             const std::vector<float*>& carry, const std::vector<float*>& product) const {
    if (s_.mask_gates == 0) return MultiplyRows(active, dg, recurrent[0], carry.data(), cell_.keeps_carry);
    std::vector<const float*> part(active);
    for (int64_t m = 0; m < s_.mask_gates; ++m) {
      for (int64_t r = 0; r < active; ++r) part[r] = dg[r] + (s_.mask_gates > 1 ? m * s_.units : 0);
      MultiplyRows(active, part.data(), recurrent[m], product.data(), false);
      for (int64_t r = 0; r < active; ++r) {
        const float* mask = MaskOf(g.recurrent_mask, rows[r], s_.mask_gates > 1 ? cell_.recurrent_gate(m) : 0);
        const bool add = m > 0 || cell_.keeps_carry;
        for (int64_t u = 0; u < s_.units; ++u) carry[r][u] = (add ? carry[r][u] : 0.0f) + mask[u] * product[r][u];
      }
    }
  }

  void StateOuterProducts(const RecurrentBackward& g, const std::vector<int64_t>& rows, int64_t from, int64_t to,
                          const std::vector<const float*>& h_rows, const std::vector<const float*>& dg, BackwardSpace& space) const {
    const int64_t H = s_.units, n = rows.size();
    int64_t listed = 0;
    for (int64_t r = 0; r < n; ++r) listed += std::max<int64_t>(0, std::min(to, plan_.Count(rows[r])) - from);
    if (s_.mask_gates == 0) return OuterProducts(listed, h_rows.data(), H, dg.data(), cell_.gates * H, space.d_recurrent, space.outer);
    std::vector<const float*> left(listed), right(listed);
    const int64_t columns = s_.mask_gates > 1 ? H : cell_.gates * H;
    for (int64_t m = 0; m < s_.mask_gates; ++m) {
      int64_t at = 0;
      for (int64_t k = to - 1; k >= from; --k) {
        for (int64_t r = 0; r < n && plan_.Count(rows[r]) > k; ++r, ++at) {
          const float* mask = MaskOf(g.recurrent_mask, rows[r], s_.mask_gates > 1 ? cell_.recurrent_gate(m) : 0);
          float* to_row = space.masked + at * H;
          for (int64_t u = 0; u < H; ++u) to_row[u] = h_rows[at][u] * mask[u];
          left[at] = to_row;
          right[at] = dg[at] + (s_.mask_gates > 1 ? m * H : 0);
        }
      }
      OuterProducts(listed, left.data(), H, right.data(), columns, space.d_recurrent + m * H * Padded(columns), space.outer);
    }
  }

  // The column of the recurrent kernel that the k-th gradient of the recurrent product belongs to.
  int64_t RecurrentColumn(int64_t k) const { return cell_.recurrent_gate(k / s_.units) * s_.units + k % s_.units; }

  // Adds up what the threads found for the weights, in the same order every time.
  void Reduce(const RecurrentBackward& g, const std::vector<BackwardSpace>& spaces, const Parallel& parallel) const {
    const int64_t H = s_.units, F = s_.features, columns = cell_.gates * H, parts = spaces.size();
    const bool split = s_.mask_gates > 1;
    parallel(parts, [&](int64_t part) {
      if (g.d_kernel) {
        for (int64_t row = F * part / parts; row < F * (part + 1) / parts; ++row) {
          Sum(g.d_kernel + row * columns, columns, spaces, [&](const BackwardSpace& p) { return p.d_kernel + row * Padded(columns); });
        }
      }
      for (int64_t row = H * part / parts; row < H * (part + 1) / parts; ++row) {
        for (int64_t block = 0; block < cell_.gates; ++block) {
          const int64_t from = split ? (block * H + row) * Padded(H) : row * Padded(columns) + block * H;
          Sum(g.d_recurrent_kernel + row * columns + cell_.recurrent_gate(block) * H, H, spaces,
              [&](const BackwardSpace& p) { return p.d_recurrent + from; });
        }
      }
    });
    if (g.d_input_bias) {
      Sum(g.d_input_bias, columns, spaces, [&](const BackwardSpace& p) { return p.d_bias + cell_.input_gradients * H; });
    }
    for (int64_t block = 0; g.d_recurrent_bias && block < cell_.gates; ++block) {
      Sum(g.d_recurrent_bias + cell_.recurrent_gate(block) * H, H, spaces, [&](const BackwardSpace& p) { return p.d_bias + block * H; });
    }
  }

  template <typename Part>
  static void Sum(float* to, int64_t n, const std::vector<BackwardSpace>& spaces, Part part) {
    std::memcpy(to, part(spaces[0]), n * sizeof(float));
    for (size_t k = 1; k < spaces.size(); ++k) {
      const float* from = part(spaces[k]);
      for (int64_t j = 0; j < n; ++j) to[j] += from[j];
    }
  }
};

}  // namespace lstm_lab

#endif  // LSTM_LAB_RECURRENT_H_
