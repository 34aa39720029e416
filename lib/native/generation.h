// A stack of recurrent layers over a table of tokens and under a dense layer, one row, one step at a time: it reads tokens, and goes on
// with tokens of its own.
#ifndef LSTM_LAB_GENERATION_H_
#define LSTM_LAB_GENERATION_H_

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
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
  virtual ~GenerationLayer() = default;
  // h and c of a cell that has one, `units` numbers each.
  virtual void SetState(const float* h, const float* c) = 0;
  virtual void GetState(float* h, float* c) const = 0;
  // One step with the input x; gives h.
  virtual const float* Read(const float* x) = 0;
  // One step whose input is all zeros but a one at the place `token`.
  virtual const float* ReadToken(int64_t token) = 0;
};

template <typename Cell>
class CellLayer : public GenerationLayer {
 public:
  explicit CellLayer(const LayerWeights& weights)
      : w_(weights), packed_(Cell::PackedSize(w_.units)), z_(kColumns()), h_(w_.units), c_(w_.units), h_new_(w_.units), c_new_(w_.units) {
    Cell::PackState(packed_.data(), w_.recurrent_kernel, w_.units, 0, 1);
  }

  void SetState(const float* h, const float* c) override {
    std::copy_n(h, w_.units, h_.data());
    if (Cell::kStates > 1) std::copy_n(c, w_.units, c_.data());
  }

  void GetState(float* h, float* c) const override {
    std::copy_n(h_.data(), w_.units, h);
    if (Cell::kStates > 1) std::copy_n(c_.data(), w_.units, c);
  }

  const float* Read(const float* x) override {
    std::fill(z_.begin(), z_.end(), 0.0f);
    AddRowProduct(x, w_.kernel, w_.features, kColumns(), z_.data());
    return Step(z_.data());
  }

  const float* ReadToken(int64_t token) override { return Step(w_.kernel + token * kColumns()); }

 private:
  int64_t kColumns() const { return Cell::kGates * w_.units; }

  const float* Step(const float* z) {
    const ForwardRow row{z, h_.data(), c_.data(), h_new_.data(), c_new_.data(), nullptr};
    const float* left = h_.data();
    Cell::Forward(1, &row, &left, 0, packed_.data(), w_.bias, w_.recurrent_bias, w_.units);
    h_.swap(h_new_);
    c_.swap(c_new_);
    return h_.data();
  }

  const LayerWeights w_;
  std::vector<float> packed_, z_, h_, c_, h_new_, c_new_;
};

// A network that says what comes next.
class Generation {
 public:
  // table [tokens, features of the first layer], or null for a first layer whose kernel has a row for each token; dense_bias may be null.
  Generation(std::vector<std::unique_ptr<GenerationLayer>> layers, const float* table, int64_t features, const float* dense,
             const float* dense_bias, int64_t units, int64_t tokens)
      : layers_(std::move(layers)), table_(table), features_(features), dense_(dense), dense_bias_(dense_bias), units_(units), logits_(tokens) {}

  // Reads a token and moves the state on.
  void Read(int64_t token) {
    h_ = table_ ? layers_[0]->Read(table_ + token * features_) : layers_[0]->ReadToken(token);
    for (size_t k = 1; k < layers_.size(); ++k) h_ = layers_[k]->Read(h_);
  }

  // One number for each token that can come next, until the next call.
  const float* Logits() {
    if (dense_bias_) std::copy_n(dense_bias_, logits_.size(), logits_.data());
    else std::fill(logits_.begin(), logits_.end(), 0.0f);
    AddRowProduct(h_, dense_, units_, logits_.size(), logits_.data());
    return logits_.data();
  }

  const GenerationLayer& Layer(int64_t k) const { return *layers_[k]; }

 private:
  const std::vector<std::unique_ptr<GenerationLayer>> layers_;
  const float* table_;
  const int64_t features_;
  const float *dense_, *dense_bias_;
  const int64_t units_;
  const float* h_ = nullptr;
  std::vector<float> logits_;
};

}  // namespace lstm_lab

#endif  // LSTM_LAB_GENERATION_H_
