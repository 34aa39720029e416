// The TensorFlow operations LabAdam, one step for all weights of a model, and LabEmbeddingGrad, a table's gradient written out.
#include <new>
#include <string>
#include <vector>

#include "adam.h"
#include "tensorflow/core/framework/op.h"
#include "tensorflow/core/framework/op_kernel.h"
#include "tensorflow/core/framework/resource_mgr.h"
#include "tensorflow/core/framework/resource_var.h"
#include "threads.h"

namespace lstm_lab {
namespace {

using tensorflow::OpInputList;
using tensorflow::OpKernel;
using tensorflow::OpKernelConstruction;
using tensorflow::OpKernelContext;
using tensorflow::Tensor;
using tensorflow::TensorShape;
using tensorflow::Var;
namespace errors = tensorflow::errors;

// Fewer numbers than this are not worth another thread.
constexpr int64_t kWorkOfThread = 1 << 14;

// What a variable holds, and memory for its new contents: the same when nobody else reads it, otherwise new.
struct Contents {
  Tensor before, after;

  absl::Status Prepare(OpKernelContext* ctx, Var* variable) {
    before = std::move(*variable->tensor());
    const bool shared = !before.RefCountIsOne();
    *variable->tensor() = before;
    after = before;
    return shared ? ctx->allocate_temp(tensorflow::DT_FLOAT, before.shape(), &after) : absl::OkStatus();
  }

  bool Shared() const { return before.flat<float>().data() != after.flat<float>().data(); }
  void Copy() {
    if (Shared()) std::copy_n(before.flat<float>().data(), before.NumElements(), after.flat<float>().data());
  }
};

class AdamOp : public OpKernel {
 public:
  explicit AdamOp(OpKernelConstruction* ctx) : OpKernel(ctx) {
    std::string clip;
    OP_REQUIRES_OK(ctx, ctx->GetAttr("clip", &clip));
    clip_ = clip == "value" ? Clipping::kValue : clip == "norm" ? Clipping::kNorm : clip == "global_norm" ? Clipping::kGlobalNorm : Clipping::kNone;
    OP_REQUIRES_OK(ctx, ctx->GetAttr("is_rows", &is_rows_));
    OP_REQUIRES_OK(ctx, ctx->GetAttr("square_lookups", &square_lookups_));
  }

  void Compute(OpKernelContext* ctx) override {
    OpInputList weights, firsts, seconds, gradients, ids, rows;
    OP_REQUIRES_OK(ctx, ctx->input_list("weights", &weights));
    OP_REQUIRES_OK(ctx, ctx->input_list("firsts", &firsts));
    OP_REQUIRES_OK(ctx, ctx->input_list("seconds", &seconds));
    OP_REQUIRES_OK(ctx, ctx->input_list("gradients", &gradients));
    OP_REQUIRES_OK(ctx, ctx->input_list("ids", &ids));
    OP_REQUIRES_OK(ctx, ctx->input_list("rows", &rows));
    const Tensor* numbers;
    OP_REQUIRES_OK(ctx, ctx->input("numbers", &numbers));
    const int64_t count = weights.size();
    OP_REQUIRES(ctx, static_cast<int64_t>(is_rows_.size()) == count && gradients.size() + rows.size() == count && ids.size() == rows.size(),
                errors::InvalidArgument("expected one gradient for each weight"));
    OP_REQUIRES(ctx, numbers->NumElements() == 7, errors::InvalidArgument("expected 7 numbers, got ", numbers->NumElements()));
    const auto number = numbers->flat<float>();
    const AdamStep step({number(0), number(1), number(2), number(3), number(4), number(5)}, clip_, number(6), square_lookups_);

    std::vector<Slot> slots(count);
    std::vector<AdamWeight> updates(count);
    int dense = 0, sparse = 0;
    for (int64_t k = 0; k < count; ++k) {
      Slot& slot = slots[k];
      AdamWeight& update = updates[k];
      OP_REQUIRES_OK(ctx, tensorflow::LookupResource(ctx, HandleOf(weights, k), &slot.weight));
      OP_REQUIRES_OK(ctx, tensorflow::LookupResource(ctx, HandleOf(firsts, k), &slot.first));
      OP_REQUIRES_OK(ctx, tensorflow::LookupResource(ctx, HandleOf(seconds, k), &slot.second));
      const TensorShape shape = slot.weight->tensor()->shape();
      update.size = shape.num_elements();
      OP_REQUIRES(ctx, slot.first->tensor()->shape() == shape && slot.second->tensor()->shape() == shape,
                  errors::InvalidArgument("the means of weight ", k, " do not have its shape ", shape.DebugString()));
      if (is_rows_[k] == 0) {
        OP_REQUIRES(ctx, dense < gradients.size() && gradients[dense].shape() == shape,
                    errors::InvalidArgument("the gradient of weight ", k, " does not have its shape ", shape.DebugString()));
        update.gradient = gradients[dense++].flat<float>().data();
        continue;
      }
      OP_REQUIRES(ctx, sparse < rows.size() && shape.dims() == 2 && shape.dim_size(1) > 0, errors::InvalidArgument("weight ", k, " is no table"));
      const Tensor &id = ids[sparse], &row = rows[sparse];
      ++sparse;
      OP_REQUIRES(ctx, row.NumElements() == id.NumElements() * shape.dim_size(1) && id.NumElements() < (int64_t{1} << 31),
                  errors::InvalidArgument("expected one row of ", shape.dim_size(1), " numbers for each index"));
      try {
        OP_REQUIRES(ctx, update.table.Set(shape.dim_size(0), shape.dim_size(1), id.flat<int32_t>().data(), row.flat<float>().data(), id.NumElements()),
                    errors::InvalidArgument("an index lies outside the table of ", shape.dim_size(0), " rows"));
      } catch (const std::bad_alloc&) {
        OP_REQUIRES(ctx, false, errors::ResourceExhausted("not enough memory for the gradient of a table"));
      }
    }
    for (Slot& slot : slots) {
      OP_REQUIRES_OK(ctx, slot.weights.Prepare(ctx, slot.weight.get()));
      OP_REQUIRES_OK(ctx, slot.firsts.Prepare(ctx, slot.first.get()));
      OP_REQUIRES_OK(ctx, slot.seconds.Prepare(ctx, slot.second.get()));
    }
    // Nothing has been changed so far, and from here on nothing can fail.
    int64_t total = 0;
    for (int64_t k = 0; k < count; ++k) {
      Slot& slot = slots[k];
      slot.firsts.Copy();
      slot.seconds.Copy();
      *slot.weight->tensor() = slot.weights.after;
      *slot.first->tensor() = slot.firsts.after;
      *slot.second->tensor() = slot.seconds.after;
      updates[k].from = slot.weights.before.flat<float>().data();
      updates[k].to = slot.weights.after.flat<float>().data();
      updates[k].first = slot.firsts.after.flat<float>().data();
      updates[k].second = slot.seconds.after.flat<float>().data();
      total += updates[k].size;
    }
    step.Clip(updates);
    RunRanges(ctx, ThreadsFor(ctx, total, kWorkOfThread), total, [&](int64_t from, int64_t to) { step.Update(updates, from, to); });
    for (int64_t k = 0; k < count; ++k) ctx->set_output(k, *slots[k].weight->tensor());
  }

 private:
  struct Slot {
    tensorflow::core::RefCountPtr<Var> weight, first, second;
    Contents weights, firsts, seconds;
  };

  static const tensorflow::ResourceHandle& HandleOf(const OpInputList& list, int64_t k) {
    return list[k].scalar<tensorflow::ResourceHandle>()();
  }

  Clipping clip_;
  std::vector<int32_t> is_rows_;
  bool square_lookups_;
};

class EmbeddingGradOp : public OpKernel {
 public:
  explicit EmbeddingGradOp(OpKernelConstruction* ctx) : OpKernel(ctx) { OP_REQUIRES_OK(ctx, ctx->GetAttr("rows", &rows_)); }

  void Compute(OpKernelContext* ctx) override {
    const Tensor &ids = ctx->input(0), &values = ctx->input(1);
    OP_REQUIRES(ctx, values.dims() >= 1 && rows_ >= 0 && rows_ < (int64_t{1} << 31) && ids.NumElements() < (int64_t{1} << 31),
                errors::InvalidArgument("expected indices and a row of numbers for each"));
    const int64_t width = values.dim_size(values.dims() - 1);
    OP_REQUIRES(ctx, values.NumElements() == ids.NumElements() * width, errors::InvalidArgument("expected a row of numbers for each index"));
    TensorShape shape;
    OP_REQUIRES_OK(ctx, TensorShape::BuildTensorShape({rows_, width}, &shape));
    Tensor* out = nullptr;
    OP_REQUIRES_OK(ctx, ctx->allocate_output(0, shape, &out));
    if (shape.num_elements() == 0) return;
    RowGradients table;
    bool inside = false;
    try {
      inside = table.Set(rows_, width, ids.flat<int32_t>().data(), values.flat<float>().data(), ids.NumElements());
    } catch (const std::bad_alloc&) {
      OP_REQUIRES(ctx, false, errors::ResourceExhausted("not enough memory for the gradient of a table"));
    }
    OP_REQUIRES(ctx, inside, errors::InvalidArgument("an index lies outside the table of ", rows_, " rows"));
    float* to = out->flat<float>().data();
    RunRanges(ctx, ThreadsFor(ctx, rows_ * width, kWorkOfThread), rows_, [&](int64_t from, int64_t to) { table.Write(from, to, out->flat<float>().data()); });
  }

 private:
  int64_t rows_;
};

REGISTER_OP("LabAdam")
    .Input("weights: count * resource")
    .Input("firsts: count * resource")
    .Input("seconds: count * resource")
    .Input("gradients: dense * float")
    .Input("ids: sparse * int32")
    .Input("rows: sparse * float")
    .Input("numbers: float")
    .Output("updated: count * float")
    .Attr("count: int >= 1")
    .Attr("dense: int >= 0")
    .Attr("sparse: int >= 0")
    .Attr("is_rows: list(int)")
    .Attr("square_lookups: bool")
    .Attr("clip: {'none', 'value', 'norm', 'global_norm'}")
    .SetIsStateful();
REGISTER_KERNEL_BUILDER(Name("LabAdam").Device(tensorflow::DEVICE_CPU), AdamOp);

REGISTER_OP("LabEmbeddingGrad").Input("ids: int32").Input("rows_of: float").Output("gradient: float").Attr("rows: int");
REGISTER_KERNEL_BUILDER(Name("LabEmbeddingGrad").Device(tensorflow::DEVICE_CPU), EmbeddingGradOp);

}  // namespace
}  // namespace lstm_lab
