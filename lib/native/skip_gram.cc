// One pass of skip-gram with negative sampling (Mikolov et al. 2013) over a stretch of text, in order and on one thread, so that the same
// seed gives the same vectors. The negatives are drawn once for each centre word and shared by its whole window (Ji et al. 2016), which
// keeps their rows in the cache. lib/text/word2vec.ts holds the same algorithm in TypeScript.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

#include "tensorflow/core/framework/op.h"
#include "tensorflow/core/framework/op_kernel.h"
#include "tensorflow/core/framework/shape_inference.h"

namespace lstm_lab {
namespace {

using tensorflow::OpKernelConstruction;
using tensorflow::OpKernelContext;
using tensorflow::Tensor;
namespace errors = tensorflow::errors;

using Vector = Eigen::Map<Eigen::ArrayXf>;
using ConstVector = Eigen::Map<const Eigen::ArrayXf>;

class Xorshift {
 public:
  explicit Xorshift(uint32_t seed) : state_(seed ? seed : 1) {}
  uint32_t Next() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 17;
    state_ ^= state_ << 5;
    return state_;
  }
  uint32_t Below(uint32_t limit) { return (static_cast<uint64_t>(Next()) * limit) >> 32; }
  float Uniform() { return Next() * (1.0f / 4294967296.0f); }

 private:
  uint32_t state_;
};

class SkipGramOp : public tensorflow::OpKernel {
 public:
  explicit SkipGramOp(OpKernelConstruction* ctx) : OpKernel(ctx) {
    OP_REQUIRES_OK(ctx, ctx->GetAttr("window", &window_));
    OP_REQUIRES_OK(ctx, ctx->GetAttr("negative", &negative_));
    OP_REQUIRES(ctx, window_ >= 1 && negative_ >= 0,
                errors::InvalidArgument("window must be at least 1 and negative at least 0"));
  }

  void Compute(OpKernelContext* ctx) override {
    const Tensor& tokens = ctx->input(0);
    const Tensor& table = ctx->input(3);
    const Tensor& keep = ctx->input(4);
    const Tensor& rates = ctx->input(5);
    const Tensor& seed = ctx->input(6);
    const auto& shape = ctx->input(1).shape();
    OP_REQUIRES(ctx, shape.dims() == 2 && ctx->input(2).shape() == shape,
                errors::InvalidArgument("input and output vectors must both be [words, dim]"));
    const int64_t words = shape.dim_size(0), dim = shape.dim_size(1);
    OP_REQUIRES(ctx, keep.NumElements() == words && rates.NumElements() == 2 && seed.NumElements() == 1 && table.NumElements() > 0,
                errors::InvalidArgument("keep needs one number a word, rates two, seed one, table at least one"));
    const auto valid = [words](int32_t token, bool boundary) { return token < words && token >= (boundary ? -1 : 0); };
    for (int64_t k = 0; k < tokens.NumElements(); ++k)
      OP_REQUIRES(ctx, valid(tokens.flat<int32_t>()(k), true), errors::InvalidArgument("a token lies outside the vocabulary"));
    for (int64_t k = 0; k < table.NumElements(); ++k)
      OP_REQUIRES(ctx, valid(table.flat<int32_t>()(k), false), errors::InvalidArgument("the table lies outside the vocabulary"));

    Tensor *in = nullptr, *out = nullptr, *pairs = nullptr;
    OP_REQUIRES_OK(ctx, ctx->allocate_output(0, shape, &in));
    OP_REQUIRES_OK(ctx, ctx->allocate_output(1, shape, &out));
    OP_REQUIRES_OK(ctx, ctx->allocate_output(2, tensorflow::TensorShape({}), &pairs));
    std::memcpy(in->flat<float>().data(), ctx->input(1).flat<float>().data(), words * dim * sizeof(float));
    std::memcpy(out->flat<float>().data(), ctx->input(2).flat<float>().data(), words * dim * sizeof(float));

    const int32_t* text = tokens.flat<int32_t>().data();
    const int64_t length = tokens.NumElements();
    const float first = rates.flat<float>()(0), last = rates.flat<float>()(1);
    Xorshift random(static_cast<uint32_t>(seed.flat<int32_t>()(0)));
    std::vector<int32_t> sentence;
    double trained = 0;
    for (int64_t start = 0; start < length;) {
      int64_t end = start;
      sentence.clear();
      for (; end < length && text[end] >= 0; ++end) {
        const float chance = keep.flat<float>()(text[end]);
        if (chance >= 1 || random.Uniform() < chance) sentence.push_back(text[end]);
      }
      const float rate = first + (last - first) * (static_cast<float>(start) / length);
      trained += TrainSentence(sentence, rate, dim, table, in->flat<float>().data(), out->flat<float>().data(), random);
      start = end + 1;
    }
    pairs->scalar<float>()() = static_cast<float>(trained);
  }

 private:
  int64_t TrainSentence(const std::vector<int32_t>& sentence, float rate, int64_t dim, const Tensor& table, float* in, float* out,
                        Xorshift& random) const {
    const int64_t length = sentence.size();
    const int32_t* draws = table.flat<int32_t>().data();
    const uint32_t draw_count = table.NumElements();
    std::vector<int32_t> targets(negative_ + 1);
    Eigen::ArrayXXf change(dim, negative_ + 1);
    Eigen::ArrayXf input_change(dim);
    int64_t pairs = 0;
    for (int64_t centre = 0; centre < length; ++centre) {
      const int64_t reach = 1 + random.Below(window_);
      targets[0] = sentence[centre];
      int count = 1;
      for (int k = 0; k < negative_; ++k) {
        const int32_t drawn = draws[random.Below(draw_count)];
        if (drawn != targets[0]) targets[count++] = drawn;
      }
      change.leftCols(count).setZero();
      for (int64_t at = std::max<int64_t>(0, centre - reach); at <= std::min(length - 1, centre + reach); ++at) {
        if (at == centre) continue;
        Vector input(in + sentence[at] * dim, dim);
        input_change.setZero();
        for (int k = 0; k < count; ++k) {
          ConstVector target(out + targets[k] * dim, dim);
          const float score = (input * target).sum();
          const float step = rate * ((k == 0 ? 1.0f : 0.0f) - 1.0f / (1.0f + std::exp(-score)));
          input_change += step * target;
          change.col(k) += step * input;
        }
        input += input_change;
        ++pairs;
      }
      for (int k = 0; k < count; ++k) Vector(out + targets[k] * dim, dim) += change.col(k);
    }
    return pairs;
  }

  int window_, negative_;
};

REGISTER_OP("LabSkipGram")
    .Input("tokens: int32")
    .Input("input_vectors: float")
    .Input("output_vectors: float")
    .Input("table: int32")
    .Input("keep: float")
    .Input("rates: float")
    .Input("seed: int32")
    .Output("new_input_vectors: float")
    .Output("new_output_vectors: float")
    .Output("pairs: float")
    .Attr("window: int")
    .Attr("negative: int")
    .SetShapeFn([](tensorflow::shape_inference::InferenceContext* c) {
      c->set_output(0, c->input(1));
      c->set_output(1, c->input(2));
      c->set_output(2, c->Scalar());
      return absl::OkStatus();
    });
REGISTER_KERNEL_BUILDER(Name("LabSkipGram").Device(tensorflow::DEVICE_CPU), SkipGramOp);

}  // namespace
}  // namespace lstm_lab
