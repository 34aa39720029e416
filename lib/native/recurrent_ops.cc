// The TensorFlow operations LabRecurrent and LabRecurrentGrad: checks of shapes, memory and threads around recurrent.h.
#include <algorithm>
#include <new>
#include <string>
#include <vector>

#include "recurrent.h"
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
constexpr int64_t kWorkOfThread = 1 << 19;

const float* DataOf(const Tensor& tensor) { return tensor.flat<float>().data(); }
const float* DataOf(const OpInputList& list) { return list.size() > 0 ? DataOf(list[0]) : nullptr; }

class RecurrentOp : public OpKernel {
 public:
  explicit RecurrentOp(OpKernelConstruction* ctx) : OpKernel(ctx) {
    std::string cell;
    OP_REQUIRES_OK(ctx, ctx->GetAttr("cell", &cell));
    OP_REQUIRES_OK(ctx, ctx->GetAttr("reverse", &reverse_));
    OP_REQUIRES_OK(ctx, ctx->GetAttr("zero_output", &zero_output_));
    name_ = cell == "lstm" ? CellName::kLstm : cell == "gru" ? CellName::kGru : cell == "rnn_tanh" ? CellName::kTanh : CellName::kRelu;
  }

 protected:
  struct Inputs {
    Tensor x, recurrent_kernel;
    OpInputList kernel, state, mask, recurrent_mask, ids;
  };

  static absl::Status Expect(const char* name, const Tensor& tensor, std::initializer_list<int64_t> sizes) {
    TensorShape expected;
    TF_RETURN_IF_ERROR(TensorShape::BuildTensorShape(sizes, &expected));
    if (tensor.shape() == expected) return absl::OkStatus();
    return errors::InvalidArgument(name, " has shape ", tensor.shape().DebugString(), ", expected ", expected.DebugString());
  }

  static absl::Status Inside(const Tensor& ids, int64_t rows) {
    const auto flat = ids.flat<int32_t>();
    for (int64_t k = 0; k < flat.size(); ++k) {
      if (flat(k) < 0 || flat(k) >= rows) return errors::InvalidArgument("the index ", flat(k), " lies outside the table of ", rows, " rows");
    }
    return absl::OkStatus();
  }

  static const int32_t* IdsOf(const Inputs& in) { return in.ids.size() > 0 ? in.ids[0].flat<int32_t>().data() : nullptr; }

  absl::Status Read(OpKernelContext* ctx, Inputs* in, RecurrentShape* s) const {
    const Tensor *x, *recurrent_kernel;
    TF_RETURN_IF_ERROR(ctx->input("x", &x));
    TF_RETURN_IF_ERROR(ctx->input("recurrent_kernel", &recurrent_kernel));
    TF_RETURN_IF_ERROR(ctx->input_list("kernel", &in->kernel));
    TF_RETURN_IF_ERROR(ctx->input_list("state", &in->state));
    TF_RETURN_IF_ERROR(ctx->input_list("mask", &in->mask));
    TF_RETURN_IF_ERROR(ctx->input_list("recurrent_mask", &in->recurrent_mask));
    TF_RETURN_IF_ERROR(ctx->input_list("ids", &in->ids));
    in->x = *x;
    in->recurrent_kernel = *recurrent_kernel;
    const bool table = in->ids.size() > 0;
    if (table && x->dims() != 2) return errors::InvalidArgument("x must be [rows, features], got ", x->shape().DebugString());
    if (table && in->ids[0].dims() != 2) return errors::InvalidArgument("ids must be [batch, time], got ", in->ids[0].shape().DebugString());
    if (!table && x->dims() != 3) return errors::InvalidArgument("x must be [batch, time, features], got ", x->shape().DebugString());
    if (recurrent_kernel->dims() != 2) return errors::InvalidArgument("recurrent_kernel must be a matrix");
    const Tensor& steps = table ? in->ids[0] : *x;
    const int64_t features = x->dim_size(x->dims() - 1), rows = table ? x->dim_size(0) : 0;
    *s = {steps.dim_size(0), steps.dim_size(1), features, recurrent_kernel->dim_size(0), 0, in->kernel.size() == 0, zero_output_, rows};
    // Every product of sizes below stays far from the limits of int64.
    if (std::max({s->batch, s->time, s->features, s->units, rows}) > (int64_t{1} << 31) || s->batch * s->time > (int64_t{1} << 31) || s->units == 0) {
      return errors::InvalidArgument("a size of the input is out of range: ", x->shape().DebugString(), ", ", s->units, " units");
    }
    const int64_t columns = Cell().gates * s->units;
    TF_RETURN_IF_ERROR(Expect("recurrent_kernel", *recurrent_kernel, {s->units, columns}));
    if (s->projected && table) TF_RETURN_IF_ERROR(Expect("x", *x, {rows, columns}));
    if (s->projected && !table) TF_RETURN_IF_ERROR(Expect("x", *x, {s->batch, s->time, columns}));
    if (table) TF_RETURN_IF_ERROR(Inside(in->ids[0], rows));
    for (const Tensor& kernel : in->kernel) TF_RETURN_IF_ERROR(Expect("kernel", kernel, {s->features, columns}));
    const int states = name_ == CellName::kLstm ? 2 : 1;
    if (in->state.size() != 0 && in->state.size() != states) return errors::InvalidArgument("expected ", states, " states");
    for (const Tensor& state : in->state) TF_RETURN_IF_ERROR(Expect("state", state, {s->batch, s->units}));
    for (const Tensor& mask : in->mask) TF_RETURN_IF_ERROR(Expect("mask", mask, {s->batch, s->time}));
    for (const Tensor& mask : in->recurrent_mask) {
      s->mask_gates = mask.dims() == 2 && mask.dim_size(1) == columns ? Cell().gates : 1;
      TF_RETURN_IF_ERROR(Expect("recurrent_mask", mask, {s->batch, s->mask_gates * s->units}));
    }
    return absl::OkStatus();
  }

  SequencePlan PlanFor(OpKernelContext* ctx, const Inputs& in, const RecurrentShape& s) const {
    const int64_t threads = ThreadCount(ctx);
    const double work = static_cast<double>(s.batch) * s.time * (s.features + s.units) * Cell().gates * s.units;
    const int64_t slices = std::min<double>(threads, 1 + work / kWorkOfThread);
    return SequencePlan(s.batch, s.time, in.mask.size() > 0 ? in.mask[0].flat<bool>().data() : nullptr, reverse_, slices);
  }

  static Parallel ThreadsOf(OpKernelContext* ctx) {
    return [ctx](int64_t n, const std::function<void(int64_t)>& f) { RunParallel(ctx, n, f); };
  }

  // Memory that lives as long as `held`.
  static Allocate MemoryOf(OpKernelContext* ctx, std::vector<Tensor>* held) {
    return [ctx, held](int64_t n) -> float* {
      Tensor tensor;
      if (!ctx->allocate_temp(tensorflow::DT_FLOAT, TensorShape({std::max<int64_t>(1, n)}), &tensor).ok()) return nullptr;
      held->push_back(tensor);
      return tensor.flat<float>().data();
    };
  }

  // An output of this shape, or an empty one where it is not wanted; null means failure or nothing wanted.
  static absl::Status Output(OpKernelContext* ctx, const char* name, bool wanted, std::initializer_list<int64_t> sizes, float** data) {
    TensorShape shape;
    TF_RETURN_IF_ERROR(TensorShape::BuildTensorShape(sizes, &shape));
    Tensor* tensor = nullptr;
    TF_RETURN_IF_ERROR(ctx->allocate_output(name, wanted ? shape : TensorShape({0}), &tensor));
    *data = wanted ? tensor->flat<float>().data() : nullptr;
    return absl::OkStatus();
  }

  const CellKind& Cell() const { return KindOf(name_); }

  // run(cell), with the cell built into what it calls.
  template <typename Run>
  bool WithCell(Run run) const {
    switch (name_) {
      case CellName::kLstm: return run(BuiltIn<LstmCell>());
      case CellName::kGru: return run(BuiltIn<GruCell>());
      case CellName::kTanh: return run(BuiltIn<SimpleCell<TanhActivation>>());
      default: return run(BuiltIn<SimpleCell<ReluActivation>>());
    }
  }

  CellName name_;
  bool reverse_, zero_output_;
};

class RecurrentForwardOp : public RecurrentOp {
 public:
  explicit RecurrentForwardOp(OpKernelConstruction* ctx) : RecurrentOp(ctx) {
    OP_REQUIRES_OK(ctx, ctx->GetAttr("training", &training_));
    OP_REQUIRES_OK(ctx, ctx->GetAttr("sequence", &sequence_));
  }

  void Compute(OpKernelContext* ctx) override {
    Inputs in;
    RecurrentShape s;
    OP_REQUIRES_OK(ctx, Read(ctx, &in, &s));
    OpInputList bias;
    OP_REQUIRES_OK(ctx, ctx->input_list("bias", &bias));
    const int64_t B = s.batch, T = s.time, H = s.units, columns = Cell().gates * H;
    const bool lstm = name_ == CellName::kLstm, gru = name_ == CellName::kGru;
    for (const Tensor& b : bias) {
      if (gru) OP_REQUIRES_OK(ctx, Expect("bias", b, {2, columns}));
      else OP_REQUIRES_OK(ctx, Expect("bias", b, {columns}));
    }
    RecurrentForward f{};
    f.x = DataOf(in.x);
    f.kernel = DataOf(in.kernel);
    f.recurrent_kernel = DataOf(in.recurrent_kernel);
    f.input_bias = DataOf(bias);
    f.recurrent_bias = gru && f.input_bias ? f.input_bias + columns : nullptr;
    f.h0 = in.state.size() > 0 ? DataOf(in.state[0]) : nullptr;
    f.c0 = in.state.size() > 1 ? DataOf(in.state[1]) : nullptr;
    f.recurrent_mask = DataOf(in.recurrent_mask);
    f.ids = IdsOf(in);
    OP_REQUIRES_OK(ctx, Output(ctx, "sequence_out", sequence_ || training_, {B, T, H}, &f.sequence));
    OP_REQUIRES_OK(ctx, Output(ctx, "output", true, {B, H}, &f.output));
    OP_REQUIRES_OK(ctx, Output(ctx, "h", true, {B, H}, &f.h));
    OP_REQUIRES_OK(ctx, Output(ctx, "c", lstm, {B, H}, &f.c));
    OP_REQUIRES_OK(ctx, Output(ctx, "gates", training_ && Cell().saved > 0, {B, T, Cell().saved * H}, &f.gates));
    OP_REQUIRES_OK(ctx, Output(ctx, "cells", training_ && lstm, {B, T, H}, &f.cells));
    std::vector<Tensor> held;
    bool done = false;
    try {
      const SequencePlan plan = PlanFor(ctx, in, s);
      done = WithCell([&](const auto& cell) { return RecurrentNetwork(cell, s, plan).Forward(f, ThreadsOf(ctx), MemoryOf(ctx, &held)); });
    } catch (const std::bad_alloc&) {
    }
    OP_REQUIRES(ctx, done, errors::ResourceExhausted("not enough memory for a sequence of shape ", in.x.shape().DebugString()));
  }

 private:
  bool training_, sequence_;
};

class RecurrentGradOp : public RecurrentOp {
 public:
  explicit RecurrentGradOp(OpKernelConstruction* ctx) : RecurrentOp(ctx) {
    OP_REQUIRES_OK(ctx, ctx->GetAttr("need_x", &need_x_));
    OP_REQUIRES_OK(ctx, ctx->GetAttr("need_state", &need_state_));
    OP_REQUIRES_OK(ctx, ctx->GetAttr("need_bias", &need_bias_));
  }

  void Compute(OpKernelContext* ctx) override {
    Inputs in;
    RecurrentShape s;
    OP_REQUIRES_OK(ctx, Read(ctx, &in, &s));
    const int64_t B = s.batch, T = s.time, H = s.units, columns = Cell().gates * H;
    const bool lstm = name_ == CellName::kLstm, gru = name_ == CellName::kGru;
    const Tensor *sequence, *gates, *cells;
    OP_REQUIRES_OK(ctx, ctx->input("sequence", &sequence));
    OP_REQUIRES_OK(ctx, ctx->input("gates", &gates));
    OP_REQUIRES_OK(ctx, ctx->input("cells", &cells));
    OP_REQUIRES_OK(ctx, Expect("sequence", *sequence, {B, T, H}));
    if (Cell().saved > 0) OP_REQUIRES_OK(ctx, Expect("gates", *gates, {B, T, Cell().saved * H}));
    if (lstm) OP_REQUIRES_OK(ctx, Expect("cells", *cells, {B, T, H}));
    OpInputList d_sequence, d_output, d_h, d_c;
    OP_REQUIRES_OK(ctx, ctx->input_list("d_sequence", &d_sequence));
    OP_REQUIRES_OK(ctx, ctx->input_list("d_output", &d_output));
    OP_REQUIRES_OK(ctx, ctx->input_list("d_h", &d_h));
    OP_REQUIRES_OK(ctx, ctx->input_list("d_c", &d_c));
    for (const Tensor& d : d_sequence) OP_REQUIRES_OK(ctx, Expect("d_sequence", d, {B, T, H}));
    for (const Tensor& d : d_output) OP_REQUIRES_OK(ctx, Expect("d_output", d, {B, H}));
    for (const Tensor& d : d_h) OP_REQUIRES_OK(ctx, Expect("d_h", d, {B, H}));
    for (const Tensor& d : d_c) OP_REQUIRES_OK(ctx, Expect("d_c", d, {B, H}));

    RecurrentBackward g{};
    g.x = DataOf(in.x);
    g.kernel = DataOf(in.kernel);
    g.recurrent_kernel = DataOf(in.recurrent_kernel);
    g.h0 = in.state.size() > 0 ? DataOf(in.state[0]) : nullptr;
    g.c0 = in.state.size() > 1 ? DataOf(in.state[1]) : nullptr;
    g.recurrent_mask = DataOf(in.recurrent_mask);
    g.ids = IdsOf(in);
    g.sequence = DataOf(*sequence);
    g.gates = DataOf(*gates);
    g.cells = DataOf(*cells);
    g.d_sequence = DataOf(d_sequence);
    g.d_output = DataOf(d_output);
    g.d_h = DataOf(d_h);
    g.d_c = DataOf(d_c);
    float* d_bias;
    OP_REQUIRES_OK(ctx, Output(ctx, "dx", need_x_, {B, T, s.features}, &g.dx));
    OP_REQUIRES_OK(ctx, Output(ctx, "d_kernel", !s.projected, {s.features, columns}, &g.d_kernel));
    OP_REQUIRES_OK(ctx, Output(ctx, "d_recurrent_kernel", true, {H, columns}, &g.d_recurrent_kernel));
    if (gru) OP_REQUIRES_OK(ctx, Output(ctx, "d_bias", need_bias_, {2, columns}, &d_bias));
    else OP_REQUIRES_OK(ctx, Output(ctx, "d_bias", need_bias_, {columns}, &d_bias));
    OP_REQUIRES_OK(ctx, Output(ctx, "d_h0", need_state_, {B, H}, &g.d_h0));
    OP_REQUIRES_OK(ctx, Output(ctx, "d_c0", need_state_ && lstm, {B, H}, &g.d_c0));
    g.d_input_bias = d_bias;
    g.d_recurrent_bias = gru && d_bias ? d_bias + columns : nullptr;
    std::vector<Tensor> held;
    bool done = false;
    try {
      const SequencePlan plan = PlanFor(ctx, in, s);
      done = WithCell([&](const auto& cell) { return RecurrentNetwork(cell, s, plan).Backward(g, ThreadsOf(ctx), MemoryOf(ctx, &held)); });
    } catch (const std::bad_alloc&) {
    }
    OP_REQUIRES(ctx, done, errors::ResourceExhausted("not enough memory for a sequence of shape ", in.x.shape().DebugString()));
  }

 private:
  bool need_x_, need_state_, need_bias_;
};

REGISTER_OP("LabRecurrent")
    .Input("x: float")
    .Input("kernel: kernels * float")
    .Input("recurrent_kernel: float")
    .Input("bias: biases * float")
    .Input("state: states * float")
    .Input("mask: masks * bool")
    .Input("recurrent_mask: recurrent_masks * float")
    .Input("ids: lookups * int32")
    .Output("sequence_out: float")
    .Output("output: float")
    .Output("h: float")
    .Output("c: float")
    .Output("gates: float")
    .Output("cells: float")
    .Attr("cell: {'lstm', 'gru', 'rnn_tanh', 'rnn_relu'}")
    .Attr("kernels: int >= 0")
    .Attr("biases: int >= 0")
    .Attr("states: int >= 0")
    .Attr("masks: int >= 0")
    .Attr("recurrent_masks: int >= 0")
    .Attr("lookups: int >= 0")
    .Attr("reverse: bool")
    .Attr("zero_output: bool")
    .Attr("training: bool")
    .Attr("sequence: bool");
REGISTER_KERNEL_BUILDER(Name("LabRecurrent").Device(tensorflow::DEVICE_CPU), RecurrentForwardOp);

REGISTER_OP("LabRecurrentGrad")
    .Input("x: float")
    .Input("kernel: kernels * float")
    .Input("recurrent_kernel: float")
    .Input("state: states * float")
    .Input("mask: masks * bool")
    .Input("recurrent_mask: recurrent_masks * float")
    .Input("ids: lookups * int32")
    .Input("sequence: float")
    .Input("gates: float")
    .Input("cells: float")
    .Input("d_sequence: d_sequences * float")
    .Input("d_output: d_outputs * float")
    .Input("d_h: d_hs * float")
    .Input("d_c: d_cs * float")
    .Output("dx: float")
    .Output("d_kernel: float")
    .Output("d_recurrent_kernel: float")
    .Output("d_bias: float")
    .Output("d_h0: float")
    .Output("d_c0: float")
    .Attr("cell: {'lstm', 'gru', 'rnn_tanh', 'rnn_relu'}")
    .Attr("kernels: int >= 0")
    .Attr("states: int >= 0")
    .Attr("masks: int >= 0")
    .Attr("recurrent_masks: int >= 0")
    .Attr("lookups: int >= 0")
    .Attr("d_sequences: int >= 0")
    .Attr("d_outputs: int >= 0")
    .Attr("d_hs: int >= 0")
    .Attr("d_cs: int >= 0")
    .Attr("reverse: bool")
    .Attr("zero_output: bool")
    .Attr("need_x: bool")
    .Attr("need_state: bool")
    .Attr("need_bias: bool");
REGISTER_KERNEL_BUILDER(Name("LabRecurrentGrad").Device(tensorflow::DEVICE_CPU), RecurrentGradOp);

}  // namespace
}  // namespace lstm_lab
