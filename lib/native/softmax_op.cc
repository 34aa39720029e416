// The TensorFlow operations LabSoftmax and LabSoftmaxGrad: softmax over the last axis. (TensorFlow's takes several passes over memory, and
// TensorFlow.js writes the gradient as four operations.)
#include "softmax.h"
#include "tensorflow/core/framework/op.h"
#include "tensorflow/core/framework/op_kernel.h"
#include "threads.h"

namespace lstm_lab {
namespace {

using tensorflow::OpKernel;
using tensorflow::OpKernelConstruction;
using tensorflow::OpKernelContext;
using tensorflow::Tensor;
namespace errors = tensorflow::errors;

// Fewer numbers than this are not worth another thread.
constexpr int64_t kWorkOfThread = 1 << 15;

// row(from) for every row of `size` numbers that begins at from.
template <typename Row>
void ForRows(OpKernelContext* ctx, int64_t numbers, int64_t size, Row row) {
  if (numbers == 0) return;
  RunRanges(ctx, ThreadsFor(ctx, numbers, kWorkOfThread), numbers / size, [&](int64_t from, int64_t to) {
    for (int64_t k = from; k < to; ++k) row(k * size);
  });
}

class SoftmaxOp : public OpKernel {
 public:
  explicit SoftmaxOp(OpKernelConstruction* ctx) : OpKernel(ctx) {}

  void Compute(OpKernelContext* ctx) override {
    const Tensor& logits = ctx->input(0);
    OP_REQUIRES(ctx, logits.dims() >= 1, errors::InvalidArgument("expected at least one axis"));
    Tensor* out = nullptr;
    OP_REQUIRES_OK(ctx, ctx->allocate_output(0, logits.shape(), &out));
    const int64_t size = logits.dim_size(logits.dims() - 1);
    const float* x = logits.flat<float>().data();
    float* y = out->flat<float>().data();
    ForRows(ctx, logits.NumElements(), size, [&](int64_t from) { Softmax(x + from, y + from, size); });
  }
};

class SoftmaxGradOp : public OpKernel {
 public:
  explicit SoftmaxGradOp(OpKernelConstruction* ctx) : OpKernel(ctx) {}

  void Compute(OpKernelContext* ctx) override {
    const Tensor &softmax = ctx->input(0), &gradient = ctx->input(1);
    OP_REQUIRES(ctx, softmax.dims() >= 1 && softmax.shape() == gradient.shape(),
                errors::InvalidArgument("expected a gradient of shape ", softmax.shape().DebugString(), ", got ",
                                        gradient.shape().DebugString()));
    Tensor* out = nullptr;
    OP_REQUIRES_OK(ctx, ctx->allocate_output(0, softmax.shape(), &out));
    const int64_t size = softmax.dim_size(softmax.dims() - 1);
    const float *y = softmax.flat<float>().data(), *dy = gradient.flat<float>().data();
    float* dx = out->flat<float>().data();
    ForRows(ctx, softmax.NumElements(), size, [&](int64_t from) { SoftmaxGradient(y + from, dy + from, dx + from, size); });
  }
};

REGISTER_OP("LabSoftmax").Input("logits: float").Output("softmax: float");
REGISTER_KERNEL_BUILDER(Name("LabSoftmax").Device(tensorflow::DEVICE_CPU), SoftmaxOp);

REGISTER_OP("LabSoftmaxGrad").Input("softmax: float").Input("gradient: float").Output("backprop: float");
REGISTER_KERNEL_BUILDER(Name("LabSoftmaxGrad").Device(tensorflow::DEVICE_CPU), SoftmaxGradOp);

}  // namespace
}  // namespace lstm_lab
