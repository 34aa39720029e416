// The TensorFlow operation LabMatMul: the product of two small matrices, with bias and activation, at the cost of the multiplications.
// (TensorFlow's own BatchMatMulV2 spends 60 to 90 us on setting oneDNN up, whatever the size.)
#include <algorithm>
#include <new>
#include <string>
#include <vector>

#include "matmul.h"
#include "tensorflow/core/framework/op.h"
#include "tensorflow/core/framework/op_kernel.h"
#include "threads.h"

namespace lstm_lab {
namespace {

using tensorflow::OpInputList;
using tensorflow::OpKernel;
using tensorflow::OpKernelConstruction;
using tensorflow::OpKernelContext;
using tensorflow::Tensor;
using tensorflow::TensorShape;
namespace errors = tensorflow::errors;

// Fewer multiplications than this are not worth another thread.
constexpr int64_t kWorkOfThread = 1 << 18;

class MatMulOp : public OpKernel {
 public:
  explicit MatMulOp(OpKernelConstruction* ctx) : OpKernel(ctx) {
    std::string activation;
    OP_REQUIRES_OK(ctx, ctx->GetAttr("transpose_a", &transpose_a_));
    OP_REQUIRES_OK(ctx, ctx->GetAttr("transpose_b", &transpose_b_));
    OP_REQUIRES_OK(ctx, ctx->GetAttr("activation", &activation));
    OP_REQUIRES(ctx, !(transpose_a_ && transpose_b_), errors::InvalidArgument("only one of the two matrices can be transposed"));
    activation_ = activation == "relu" ? MatMul::kRelu : activation == "sigmoid" ? MatMul::kSigmoid : activation == "tanh" ? MatMul::kTanh : MatMul::kLinear;
  }

  void Compute(OpKernelContext* ctx) override {
    const Tensor *a, *b;
    OpInputList bias;
    OP_REQUIRES_OK(ctx, ctx->input("a", &a));
    OP_REQUIRES_OK(ctx, ctx->input("b", &b));
    OP_REQUIRES_OK(ctx, ctx->input_list("bias", &bias));
    const int rank = a->dims();
    OP_REQUIRES(ctx, rank >= 2 && b->dims() == rank, errors::InvalidArgument("expected two matrices"));
    for (int axis = 0; axis < rank - 2; ++axis) {
      OP_REQUIRES(ctx, a->dim_size(axis) == 1 && b->dim_size(axis) == 1, errors::InvalidArgument("expected one matrix each"));
    }
    const int64_t m = a->dim_size(transpose_a_ ? rank - 1 : rank - 2), k = a->dim_size(transpose_a_ ? rank - 2 : rank - 1);
    const int64_t n = b->dim_size(transpose_b_ ? rank - 2 : rank - 1);
    OP_REQUIRES(ctx, b->dim_size(transpose_b_ ? rank - 1 : rank - 2) == k,
                errors::InvalidArgument("matrices of shapes ", a->shape().DebugString(), " and ", b->shape().DebugString(), " do not fit"));
    for (const Tensor& values : bias) {
      OP_REQUIRES(ctx, values.NumElements() == n, errors::InvalidArgument("expected a bias of ", n, " numbers"));
    }
    TensorShape shape = a->shape();
    shape.set_dim(rank - 2, m);
    OP_REQUIRES_OK(ctx, shape.SetDimWithStatus(rank - 1, n));
    Tensor* out = nullptr;
    OP_REQUIRES_OK(ctx, ctx->allocate_output(0, shape, &out));
    if (out->NumElements() == 0) return;
    const float* bias_data = bias.size() > 0 ? bias[0].flat<float>().data() : nullptr;
    const int64_t threads = ThreadsFor(ctx, static_cast<double>(m) * n * k, kWorkOfThread);
    const MatMul product{m, k, n, transpose_a_, transpose_b_, activation_};
    try {
      product.Multiply(a->flat<float>().data(), b->flat<float>().data(), bias_data, out->flat<float>().data(), threads,
                       [ctx](int64_t parts, const std::function<void(int64_t)>& f) { RunParallel(ctx, parts, f); });
    } catch (const std::bad_alloc&) {
      OP_REQUIRES(ctx, false, errors::ResourceExhausted("not enough memory for a product of shape ", shape.DebugString()));
    }
  }

 private:
  bool transpose_a_, transpose_b_;
  MatMul::Activation activation_;
};

REGISTER_OP("LabMatMul")
    .Input("a: float")
    .Input("b: float")
    .Input("bias: biases * float")
    .Output("product: float")
    .Attr("biases: int >= 0")
    .Attr("transpose_a: bool")
    .Attr("transpose_b: bool")
    .Attr("activation: {'linear', 'relu', 'sigmoid', 'tanh'}");
REGISTER_KERNEL_BUILDER(Name("LabMatMul").Device(tensorflow::DEVICE_CPU), MatMulOp);

}  // namespace
}  // namespace lstm_lab
