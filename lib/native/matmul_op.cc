// The TensorFlow operation LabMatMul: the product of two small matrices, with bias and activation, at the cost of the multiplications.
// (TensorFlow's own BatchMatMulV2 spends 60 to 90 us on setting oneDNN up, whatever the size.)
#include <algorithm>
#include <new>
#include <string>
#include <vector>

#include "gemm.h"
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
    activation_ = activation == "relu" ? kRelu : activation == "sigmoid" ? kSigmoid : activation == "tanh" ? kTanh : kLinear;
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
    float* c = out->flat<float>().data();
    const float* bias_data = bias.size() > 0 ? bias[0].flat<float>().data() : nullptr;
    const double work = static_cast<double>(m) * n * k;
    const int64_t threads = ThreadsFor(ctx, work, kWorkOfThread);
    const float *a_data = a->flat<float>().data(), *b_data = b->flat<float>().data();
    try {
      if (transpose_a_) Outer(ctx, threads, m, k, n, a_data, b_data, c);
      else Rows(ctx, threads, m, k, n, a_data, b_data, c);
    } catch (const std::bad_alloc&) {
      OP_REQUIRES(ctx, false, errors::ResourceExhausted("not enough memory for a product of shape ", shape.DebugString()));
    }
    if (bias_data || activation_ != kLinear) {
      for (int64_t row = 0; row < m; ++row) Finish(c + row * n, bias_data, n);
    }
  }

 private:
  enum Activation { kLinear, kRelu, kSigmoid, kTanh };

  void Rows(OpKernelContext* ctx, int64_t threads, int64_t m, int64_t k, int64_t n, const float* a, const float* b, float* c) const {
    std::vector<float> space(Packed::Size(k, n));
    const Packed packed = transpose_b_ ? Pack(space.data(), k, n, ColumnsOf(b, k)) : Pack(space.data(), k, n, RowsOf(b, n));
    std::vector<const float*> a_rows(m);
    std::vector<float*> c_rows(m);
    for (int64_t row = 0; row < m; ++row) {
      a_rows[row] = a + row * k;
      c_rows[row] = c + row * n;
    }
    RunRanges(ctx, threads, m, [&](int64_t from, int64_t to) {
      MultiplyRows(to - from, a_rows.data() + from, packed, c_rows.data() + from, false);
    });
  }

  // a is [k, m]: the sum over k of outer products.
  static void Outer(OpKernelContext* ctx, int64_t threads, int64_t m, int64_t k, int64_t n, const float* a, const float* b, float* c) {
    std::vector<const float*> a_rows(k), b_rows(k);
    for (int64_t i = 0; i < k; ++i) {
      a_rows[i] = a + i * m;
      b_rows[i] = b + i * n;
    }
    const int64_t slices = std::max<int64_t>(1, std::min(threads, k)), stride = Padded(n);
    std::vector<float> sums(slices * m * stride), space(slices * OuterSpace(m));
    RunParallel(ctx, slices, [&](int64_t slice) {
      const int64_t from = k * slice / slices, to = k * (slice + 1) / slices;
      OuterProducts(to - from, a_rows.data() + from, m, b_rows.data() + from, n, sums.data() + slice * m * stride,
                    space.data() + slice * OuterSpace(m));
    });
    for (int64_t row = 0; row < m; ++row) {
      for (int64_t j = 0; j < n; ++j) {
        float sum = 0;
        for (int64_t slice = 0; slice < slices; ++slice) sum += sums[(slice * m + row) * stride + j];
        c[row * n + j] = sum;
      }
    }
  }

  void Finish(float* row, const float* bias, int64_t n) const {
    ForVectors(n, [&](int64_t j, int lanes) {
      Vec x = Load(row + j, lanes);
      if (bias) x += Load(bias + j, lanes);
      if (activation_ == kRelu) x = x < Vec{} ? Vec{} : x;
      if (activation_ == kSigmoid) x = Sigmoid(x);
      if (activation_ == kTanh) x = Tanh(x);
      Store(row + j, x, lanes);
    });
  }

  bool transpose_a_, transpose_b_;
  Activation activation_;
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
