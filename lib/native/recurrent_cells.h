// What happens in each recurrent cell: forward from the projected input and the state before, backward from the gradient of the new state.
#ifndef LSTM_LAB_RECURRENT_CELLS_H_
#define LSTM_LAB_RECURRENT_CELLS_H_

#include <algorithm>
#include <cstdint>

#include "gemm.h"
#include "vector.h"

namespace lstm_lab {

// One row of the batch at one step. Every pointer is to `units` floats unless it says otherwise.
struct ForwardRow {
  const float* z;  // [gates * units]: the projected input, without bias
  const float *previous, *c;
  float *h, *c_new;
  float* gates;  // [kSaved * units], or null when nobody will ask for gradients
};

struct BackwardRow {
  const float *gates, *h, *previous, *c, *c_previous;
  float *dh, *dc;  // padded: the gradient of the new state, replaced by (a part of) that of the state before
  float* dg;       // [kGradients * units]: first those of the recurrent product, from kInputGradients on those of the projected input
};

// block(first row, rows) for blocks of nearly equal size, at most `most` rows each.
template <typename Block>
void ForBlocks(int64_t rows, int most, Block block) {
  for (int64_t i = 0; i < rows;) {
    const int64_t blocks = (rows - i + most - 1) / most, size = (rows - i + blocks - 1) / blocks;
    block(i, static_cast<int>(size));
    i += size;
  }
}

inline Vec BiasOf(const float* bias, int64_t at, int lanes) { return bias ? Load(bias + at, lanes) : Vec{}; }

inline void AddTo(float* to, Vec v, int lanes) { Store(to, Load(to, lanes) + v, lanes); }

// sum[r][g] += left[r] * the gate's columns of a unit block. gate_stride: the distance in `left` between the masked states of two gates, or 0.
template <int R, int G>
inline __attribute__((always_inline)) void MultiplyState(const float* const* left, int64_t gate_stride, const float* weights, int64_t units,
                                                         Vec (&sum)[R][G]) {
  if (gate_stride == 0) {
    const float* row[R];
    for (int r = 0; r < R; ++r) row[r] = left[r];
    for (int64_t k = 0; k < units; ++k, weights += G * kLanes) {
      Vec w[G];
      for (int g = 0; g < G; ++g) w[g] = Load(weights + g * kLanes);
      for (int r = 0; r < R; ++r) {
        const Vec s = Splat(row[r][k]);
        for (int g = 0; g < G; ++g) sum[r][g] = AddProduct(sum[r][g], s, w[g]);
      }
    }
  } else {
    for (int64_t k = 0; k < units; ++k, weights += G * kLanes) {
      for (int g = 0; g < G; ++g) {
        const Vec w = Load(weights + g * kLanes);
        for (int r = 0; r < R; ++r) sum[r][g] = AddProduct(sum[r][g], Splat(left[g * gate_stride + r][k]), w);
      }
    }
  }
}

// The recurrent kernel in blocks of kLanes units; in each [units of the state][gates][kLanes], padded with zeros. Packs one part of `parts`.
template <int G>
void PackUnitBlocks(float* to, const float* from, int64_t units, int64_t part, int64_t parts) {
  const int64_t blocks = Padded(units) / kLanes;
  for (int64_t block = blocks * part / parts; block < blocks * (part + 1) / parts; ++block) {
    const int64_t unit = block * kLanes;
    const int lanes = static_cast<int>(std::min<int64_t>(kLanes, units - unit));
    float* out = to + unit * units * G;
    for (int64_t row = 0; row < units * G; ++row, out += kLanes) Store(out, Load(from + row * units + unit, lanes));
  }
}

// Gates i, f, c, o (Keras' order); the gradients in the same order.
struct LstmCell {
  static constexpr int kGates = 4, kSaved = 4, kGradients = 4, kInputGradients = 0, kStates = 2;
  static constexpr int kMostRows = kRegisters >= 32 ? 6 : kRegisters >= 16 ? 3 : 2;
  static constexpr bool kKeepsCarry = false;
  static int64_t RecurrentGate(int64_t block) { return block; }

  static int64_t PackedSize(int64_t units) { return units * kGates * Padded(units); }
  static void PackState(float* to, const float* from, int64_t units, int64_t part, int64_t parts) {
    PackUnitBlocks<kGates>(to, from, units, part, parts);
  }

  static void Forward(int64_t rows, const ForwardRow* row, const float* const* left, int64_t gate_stride, const float* weights,
                      const float* bias, const float*, int64_t H) {
    for (int64_t u = 0; u < H; u += kLanes, weights += H * kGates * kLanes) {
      const int lanes = static_cast<int>(std::min<int64_t>(kLanes, H - u));
      ForBlocks(rows, kMostRows, [&](int64_t i, int size) {
        WithConstant<kMostRows>(size, [&](auto R) { Block<R>(row + i, left + i, gate_stride, weights, bias, u, lanes, H); });
      });
    }
  }

  template <int R>
  static void Block(const ForwardRow* row, const float* const* left, int64_t gate_stride, const float* weights, const float* bias, int64_t u,
                    int lanes, int64_t H) {
    Vec z[R][kGates];
    for (int g = 0; g < kGates; ++g) {
      const Vec b = BiasOf(bias, g * H + u, lanes);
      for (int r = 0; r < R; ++r) z[r][g] = Load(row[r].z + g * H + u, lanes) + b;
    }
    MultiplyState(left, gate_stride, weights, H, z);
    for (int r = 0; r < R; ++r) {
      const ForwardRow& p = row[r];
      const Vec i = Sigmoid(z[r][0]), f = Sigmoid(z[r][1]), g = Tanh(z[r][2]), o = Sigmoid(z[r][3]);
      const Vec c = f * Load(p.c + u, lanes) + i * g;
      Store(p.c_new + u, c, lanes);
      Store(p.h + u, o * Tanh(c), lanes);
      if (p.gates) {
        Store(p.gates + u, i, lanes);
        Store(p.gates + H + u, f, lanes);
        Store(p.gates + 2 * H + u, g, lanes);
        Store(p.gates + 3 * H + u, o, lanes);
      }
    }
  }

  static void Backward(int64_t rows, const BackwardRow* row, float* d_bias, int64_t H) {
    for (int64_t r = 0; r < rows; ++r) {
      const BackwardRow& p = row[r];
      ForVectors(H, [&](int64_t u, int lanes) {
        const Vec i = Load(p.gates + u, lanes), f = Load(p.gates + H + u, lanes);
        const Vec g = Load(p.gates + 2 * H + u, lanes), o = Load(p.gates + 3 * H + u, lanes);
        const Vec t = Tanh(Load(p.c + u, lanes)), dh = Flush(Load(p.dh + u));
        const Vec dc = Flush(Load(p.dc + u) + dh * o * (1.0f - t * t));
        const Vec d[kGates] = {Flush(dc * g * i * (1.0f - i)), Flush(dc * Load(p.c_previous + u, lanes) * f * (1.0f - f)),
                               Flush(dc * i * (1.0f - g * g)), Flush(dh * t * o * (1.0f - o))};
        Store(p.dc + u, dc * f);
        for (int gate = 0; gate < kGates; ++gate) {
          Store(p.dg + gate * H + u, d[gate], lanes);
          AddTo(d_bias + gate * H + u, d[gate], lanes);
        }
      });
    }
  }
};

// Gates z, r, h with the reset gate after the product. Saved: z, r, the candidate, and its recurrent part. The gradients of the recurrent
// product come in the order h, z, r, those of the projected input in the order z, r, h: one row [h recurrent, z, r, h input] holds both.
struct GruCell {
  static constexpr int kGates = 3, kSaved = 4, kGradients = 4, kInputGradients = 1, kStates = 1;
  static constexpr int kMostRows = kRegisters >= 32 ? 8 : kRegisters >= 16 ? 4 : 3;
  static constexpr bool kKeepsCarry = true;
  static int64_t RecurrentGate(int64_t block) { return block == 0 ? 2 : block - 1; }

  static int64_t PackedSize(int64_t units) { return units * kGates * Padded(units); }
  static void PackState(float* to, const float* from, int64_t units, int64_t part, int64_t parts) {
    PackUnitBlocks<kGates>(to, from, units, part, parts);
  }

  static void Forward(int64_t rows, const ForwardRow* row, const float* const* left, int64_t gate_stride, const float* weights,
                      const float* bias, const float* recurrent_bias, int64_t H) {
    for (int64_t u = 0; u < H; u += kLanes, weights += H * kGates * kLanes) {
      const int lanes = static_cast<int>(std::min<int64_t>(kLanes, H - u));
      ForBlocks(rows, kMostRows, [&](int64_t i, int size) {
        WithConstant<kMostRows>(
            size, [&](auto R) { Block<R>(row + i, left + i, gate_stride, weights, bias, recurrent_bias, u, lanes, H); });
      });
    }
  }

  template <int R>
  static void Block(const ForwardRow* row, const float* const* left, int64_t gate_stride, const float* weights, const float* bias,
                    const float* recurrent_bias, int64_t u, int lanes, int64_t H) {
    Vec sum[R][kGates];
    const Vec bz = BiasOf(bias, u, lanes) + BiasOf(recurrent_bias, u, lanes);
    const Vec br = BiasOf(bias, H + u, lanes) + BiasOf(recurrent_bias, H + u, lanes);
    const Vec bh = BiasOf(bias, 2 * H + u, lanes), bq = BiasOf(recurrent_bias, 2 * H + u, lanes);
    for (int r = 0; r < R; ++r) {
      sum[r][0] = Load(row[r].z + u, lanes) + bz;
      sum[r][1] = Load(row[r].z + H + u, lanes) + br;
      sum[r][2] = bq;
    }
    MultiplyState(left, gate_stride, weights, H, sum);
    for (int r = 0; r < R; ++r) {
      const ForwardRow& p = row[r];
      const Vec z = Sigmoid(sum[r][0]), reset = Sigmoid(sum[r][1]), q = sum[r][2];
      const Vec candidate = Tanh(Load(p.z + 2 * H + u, lanes) + bh + reset * q);
      Store(p.h + u, candidate + z * (Load(p.previous + u, lanes) - candidate), lanes);
      if (p.gates) {
        Store(p.gates + u, z, lanes);
        Store(p.gates + H + u, reset, lanes);
        Store(p.gates + 2 * H + u, candidate, lanes);
        Store(p.gates + 3 * H + u, q, lanes);
      }
    }
  }

  static void Backward(int64_t rows, const BackwardRow* row, float* d_bias, int64_t H) {
    for (int64_t r = 0; r < rows; ++r) {
      const BackwardRow& p = row[r];
      ForVectors(H, [&](int64_t u, int lanes) {
        const Vec z = Load(p.gates + u, lanes), reset = Load(p.gates + H + u, lanes);
        const Vec candidate = Load(p.gates + 2 * H + u, lanes), q = Load(p.gates + 3 * H + u, lanes);
        const Vec dh = Flush(Load(p.dh + u)), previous = Load(p.previous + u, lanes);
        const Vec d_candidate = Flush(dh * (1.0f - z) * (1.0f - candidate * candidate));
        const Vec d[kGradients] = {Flush(d_candidate * reset), Flush(dh * (previous - candidate) * z * (1.0f - z)),
                                   Flush(d_candidate * q * reset * (1.0f - reset)), d_candidate};
        Store(p.dh + u, dh * z);
        for (int gate = 0; gate < kGradients; ++gate) {
          Store(p.dg + gate * H + u, d[gate], lanes);
          AddTo(d_bias + gate * H + u, d[gate], lanes);
        }
      });
    }
  }
};

struct TanhActivation {
  static Vec Of(Vec x) { return Tanh(x); }
  static Vec Gradient(Vec y) { return 1.0f - y * y; }
};

struct ReluActivation {
  static Vec Of(Vec x) { return Relu(x); }
  static Vec Gradient(Vec y) { return y > Vec{} ? Splat(1.0f) : Vec{}; }
};

template <typename Activation>
struct SimpleCell {
  static constexpr int kGates = 1, kSaved = 0, kGradients = 1, kInputGradients = 0, kStates = 1;
  static constexpr bool kKeepsCarry = false;
  static int64_t RecurrentGate(int64_t block) { return block; }

  static int64_t PackedSize(int64_t units) { return Packed::Size(units, units); }
  static void PackState(float* to, const float* from, int64_t units, int64_t part, int64_t parts) {
    Pack(to, units, units, RowsOf(from, units), part, parts);
  }

  static void Forward(int64_t rows, const ForwardRow* row, const float* const* left, int64_t, const float* weights, const float* bias,
                      const float*, int64_t H) {
    constexpr int64_t kMost = 64;
    float* h[kMost];
    for (int64_t i = 0; i < rows; i += kMost) {
      const int64_t count = std::min(kMost, rows - i);
      for (int64_t r = 0; r < count; ++r) {
        h[r] = row[i + r].h;
        ForVectors(H, [&](int64_t u, int lanes) {
          Store(h[r] + u, Load(row[i + r].z + u, lanes) + BiasOf(bias, u, lanes), lanes);
        });
      }
      MultiplyRows(count, left + i, {weights, H, H}, h, true);
      for (int64_t r = 0; r < count; ++r) {
        ForVectors(H, [&](int64_t u, int lanes) {
          Store(h[r] + u, Activation::Of(Load(h[r] + u, lanes)), lanes);
        });
      }
    }
  }

  static void Backward(int64_t rows, const BackwardRow* row, float* d_bias, int64_t H) {
    for (int64_t r = 0; r < rows; ++r) {
      const BackwardRow& p = row[r];
      ForVectors(H, [&](int64_t u, int lanes) {
        const Vec d = Flush(Load(p.dh + u) * Activation::Gradient(Load(p.h + u, lanes)));
        Store(p.dg + u, d, lanes);
        AddTo(d_bias + u, d, lanes);
      });
    }
  }
};

// A cell as the skeleton sees it, so that the skeleton need be compiled only once.
struct CellKind {
  int gates, saved, gradients, input_gradients, states;
  bool keeps_carry;
  int64_t (*recurrent_gate)(int64_t block);
  int64_t (*packed_size)(int64_t units);
  void (*pack_state)(float* to, const float* from, int64_t units, int64_t part, int64_t parts);
  void (*forward)(int64_t rows, const ForwardRow* row, const float* const* left, int64_t gate_stride, const float* weights, const float* bias,
                  const float* recurrent_bias, int64_t units);
  void (*backward)(int64_t rows, const BackwardRow* row, float* d_bias, int64_t units);
};

constexpr int kMostGates = 4;

template <typename Cell>
inline constexpr CellKind kKindOf{Cell::kGates,           Cell::kSaved,     Cell::kGradients,  Cell::kInputGradients,
                                  Cell::kStates,          Cell::kKeepsCarry, &Cell::RecurrentGate, &Cell::PackedSize,
                                  &Cell::PackState,       &Cell::Forward,   &Cell::Backward};

// The same known to the compiler, which then builds the skeleton into every cell: faster by up to 8 %, and larger.
template <typename Cell>
struct BuiltIn {
  static constexpr int gates = Cell::kGates, saved = Cell::kSaved, gradients = Cell::kGradients, input_gradients = Cell::kInputGradients;
  static constexpr int states = Cell::kStates;
  static constexpr bool keeps_carry = Cell::kKeepsCarry;
  static constexpr auto recurrent_gate = &Cell::RecurrentGate;
  static constexpr auto packed_size = &Cell::PackedSize;
  static constexpr auto pack_state = &Cell::PackState;
  static constexpr auto forward = &Cell::Forward;
  static constexpr auto backward = &Cell::Backward;
};

enum class CellName { kLstm, kGru, kTanh, kRelu };

inline const CellKind& KindOf(CellName cell) {
  switch (cell) {
    case CellName::kLstm: return kKindOf<LstmCell>;
    case CellName::kGru: return kKindOf<GruCell>;
    case CellName::kTanh: return kKindOf<SimpleCell<TanhActivation>>;
    default: return kKindOf<SimpleCell<ReluActivation>>;
  }
}

}  // namespace lstm_lab

#endif  // LSTM_LAB_RECURRENT_CELLS_H_
