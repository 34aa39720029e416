// The TensorFlow operation LabSkipGram: checks of shapes and indices around skip_gram.h.
#include <cstring>

#include "skip_gram.h"
#include "tensorflow/core/framework/op.h"
#include "tensorflow/core/framework/op_kernel.h"
#include "tensorflow/core/framework/shape_inference.h"

namespace lstm_lab {
namespace {

using tensorflow::OpKernelConstruction;
using tensorflow::OpKernelContext;
using tensorflow::Tensor;
namespace errors = tensorflow::errors;

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

    const auto rate = rates.flat<float>();
    const SkipGramSettings settings{dim, window_, negative_, table.flat<int32_t>().data(), table.NumElements(), keep.flat<float>().data()};
    SkipGram skip_gram(settings, in->flat<float>().data(), out->flat<float>().data(), static_cast<uint32_t>(seed.flat<int32_t>()(0)));
    pairs->scalar<float>()() = static_cast<float>(skip_gram.Train(tokens.flat<int32_t>().data(), tokens.NumElements(), rate(0), rate(1)));
  }

 private:
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
