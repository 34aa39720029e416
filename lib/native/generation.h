// A stack of recurrent layers over a table of tokens and under a dense layer, one row, one step at a time: it reads tokens, and goes on
// with tokens of its own.
#ifndef LSTM_LAB_GENERATION_H_
#define LSTM_LAB_GENERATION_H_

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

#include "recurrent_cells.h"
#include "sampling.h"

namespace lstm_lab {

// y += x * matrix, for one row x of `rows` numbers. The matrix lies as it comes, [rows, columns]: it is read once, so packing would not pay;
// several rows at a time, so that y is read and written a fraction as often.
inline void AddRowProduct(const float* x, const float* matrix, int64_t rows, int64_t columns, float* y) {
  constexpr int kRows = kRegisters >= 16 ? 8 : 4;
  const auto add = [&](int64_t k, auto count) {
    const float* from = matrix + k * columns;
    Vec s[count];
    for (int r = 0; r < count; ++r) s[r] = Splat(x[k + r]);
    ForVectors(columns, [&](int64_t j, int lanes) {
      Vec sum = Load(y + j, lanes);
      for (int r = 0; r < count; ++r) sum = AddProduct(sum, s[r], Load(from + r * columns + j, lanes));
      Store(y + j, sum, lanes);
    });
  };
  int64_t k = 0;
  for (; k + kRows <= rows; k += kRows) add(k, std::integral_constant<int, kRows>());
  for (; k < rows; ++k) add(k, std::integral_constant<int, 1>());
}

// The weights of a recurrent layer. kernel [features, gates * units]; bias, and recurrent_bias of a GRU, may be null.
struct LayerWeights {
  const float *kernel, *recurrent_kernel, *bias, *recurrent_bias;
  int64_t features, units;
};

// One recurrent layer with the state that it is in.
class GenerationLayer {
 public:
  GenerationLayer(const CellKind& cell, const LayerWeights& weights)
      : cell_(cell),
        w_(weights),
        packed_(cell.packed_size(w_.units)),
        z_(Columns()),
        h_(w_.units),
        c_(w_.units),
        h_new_(w_.units),
        c_new_(w_.units) {
    cell.pack_state(packed_.data(), w_.recurrent_kernel, w_.units, 0, 1);
  }

  // h, and c of a cell that has one, `units` numbers each.
  void SetState(const float* h, const float* c) {
    std::copy_n(h, w_.units, h_.data());
    if (cell_.states > 1) std::copy_n(c, w_.units, c_.data());
  }

  void GetState(float* h, float* c) const {
    std::copy_n(h_.data(), w_.units, h);
    if (cell_.states > 1) std::copy_n(c_.data(), w_.units, c);
  }

  // One step with the input x; gives h.
  const float* Read(const float* x) {
    std::fill(z_.begin(), z_.end(), 0.0f);
    AddRowProduct(x, w_.kernel, w_.features, Columns(), z_.data());
    return Step(z_.data());
  }

  // One step whose input is all zeros but a one at the place `token`.
  const float* ReadToken(int64_t token) { return Step(w_.kernel + token * Columns()); }

 private:
  int64_t Columns() const { return cell_.gates * w_.units; }

  const float* Step(const float* z) {
    const ForwardRow row{z, h_.data(), c_.data(), h_new_.data(), c_new_.data(), nullptr};
    const float* left = h_.data();
    cell_.forward(1, &row, &left, 0, packed_.data(), w_.bias, w_.recurrent_bias, w_.units);
    h_.swap(h_new_);
    c_.swap(c_new_);
    return h_.data();
  }

  const CellKind& cell_;
  const LayerWeights w_;
  std::vector<float> packed_, z_, h_, c_, h_new_, c_new_;
};

// A network that says what comes next.
class Generation {
 public:
  // What to read, at least one token, and the numbers in [0, 1) of which each decides a token to be written.
  struct Stretch {
    const int32_t* tokens;
    int64_t count;
    const float* uniforms;
    int64_t writes;
  };

  // table [tokens, features of the first layer], or null for a first layer whose kernel has a row for each token; dense_bias may be null.
  Generation(std::vector<GenerationLayer> layers, const float* table, int64_t features, const float* dense,
             const float* dense_bias, int64_t units, int64_t tokens)
      : layers_(std::move(layers)), table_(table), features_(features), dense_(dense), dense_bias_(dense_bias), units_(units), logits_(tokens) {}

  // Reads a token and moves the state on.
  void Read(int64_t token) {
    h_ = table_ ? layers_[0].Read(table_ + token * features_) : layers_[0].ReadToken(token);
    for (size_t k = 1; k < layers_.size(); ++k) h_ = layers_[k].Read(h_);
  }

  // One number for each token that can come next, until the next call.
  const float* Logits() {
    if (dense_bias_) std::copy_n(dense_bias_, logits_.size(), logits_.data());
    else std::fill(logits_.begin(), logits_.end(), 0.0f);
    AddRowProduct(h_, dense_, units_, logits_.size(), logits_.data());
    return logits_.data();
  }

  // Reads, draws and reads what it has drawn, but for the last. logits: those after the tokens that were given. Gives 0, or what the
  // sampler says of logits that it cannot draw from.
  int32_t Write(const Stretch& stretch, Sampler& sampler, int32_t* written, float* logits) {
    for (int64_t k = 0; k < stretch.count; ++k) Read(stretch.tokens[k]);
    const float* next = Logits();
    std::copy_n(next, logits_.size(), logits);
    for (int64_t k = 0; k < stretch.writes; ++k) {
      if (k > 0) {
        Read(written[k - 1]);
        next = Logits();
      }
      written[k] = sampler.Draw(next, stretch.uniforms[k]);
      if (written[k] < 0) return written[k];
    }
    return 0;
  }

  const GenerationLayer& Layer(int64_t k) const { return layers_[k]; }

 private:
  std::vector<GenerationLayer> layers_;
  const float* table_;
  const int64_t features_;
  const float *dense_, *dense_bias_;
  const int64_t units_;
  const float* h_ = nullptr;
  std::vector<float> logits_;
};

}  // namespace lstm_lab

#endif  // LSTM_LAB_GENERATION_H_
