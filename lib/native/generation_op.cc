// The TensorFlow operation LabGenerate: reads a stretch of tokens and writes one, drawn from given uniform numbers, on one thread.
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "generation.h"
#include "tensorflow/core/framework/op.h"
#include "tensorflow/core/framework/op_kernel.h"
#include "threads.h"

namespace lstm_lab {
namespace {

using tensorflow::OpInputList;
using tensorflow::OpKernelConstruction;
using tensorflow::OpKernelContext;
using tensorflow::OpOutputList;
using tensorflow::Tensor;
using tensorflow::TensorShape;
namespace errors = tensorflow::errors;

const float* DataOf(const Tensor& tensor) { return tensor.NumElements() > 0 ? tensor.flat<float>().data() : nullptr; }

class GenerateOp : public tensorflow::OpKernel {
 public:
  explicit GenerateOp(OpKernelConstruction* ctx) : OpKernel(ctx) {
    std::string cells;
    OP_REQUIRES_OK(ctx, ctx->GetAttr("cells", &cells));
    cells_ = absl::StrSplit(cells, ' ');
    int layers;
    OP_REQUIRES_OK(ctx, ctx->GetAttr("layers", &layers));
    OP_REQUIRES(ctx, cells_.size() == static_cast<size_t>(layers), errors::InvalidArgument("cells names ", cells_.size(), " layers, not ", layers));
    for (const std::string& cell : cells_) {
      OP_REQUIRES(ctx, cell == "lstm" || cell == "gru" || cell == "rnn_tanh" || cell == "rnn_relu",
                  errors::InvalidArgument("there is no cell '", cell, "'"));
    }
  }

  void Compute(OpKernelContext* ctx) override {
    const Tensor *tokens, *uniforms, *settings, *dense, *dense_bias;
    OpInputList table, kernel, recurrent_kernel, bias, state;
    OP_REQUIRES_OK(ctx, ctx->input("tokens", &tokens));
    OP_REQUIRES_OK(ctx, ctx->input("uniforms", &uniforms));
    OP_REQUIRES_OK(ctx, ctx->input("settings", &settings));
    OP_REQUIRES_OK(ctx, ctx->input("dense", &dense));
    OP_REQUIRES_OK(ctx, ctx->input("dense_bias", &dense_bias));
    OP_REQUIRES_OK(ctx, ctx->input_list("table", &table));
    OP_REQUIRES_OK(ctx, ctx->input_list("kernel", &kernel));
    OP_REQUIRES_OK(ctx, ctx->input_list("recurrent_kernel", &recurrent_kernel));
    OP_REQUIRES_OK(ctx, ctx->input_list("bias", &bias));
    OP_REQUIRES_OK(ctx, ctx->input_list("state", &state));

    // Every size is checked against the weights: first what goes in and out, then layer by layer.
    const auto is = [](const Tensor& tensor, std::initializer_list<int64_t> sizes) {
      return tensor.dims() == static_cast<int>(sizes.size()) && std::equal(sizes.begin(), sizes.end(), tensor.shape().dim_sizes().begin());
    };
    const Tensor& lookup = table.size() > 0 ? table[0] : kernel[0];
    OP_REQUIRES(ctx, lookup.dims() == 2, errors::InvalidArgument("what tokens are looked up in must be a matrix"));
    OP_REQUIRES(ctx, tokens->dims() == 1 && tokens->NumElements() > 0, errors::InvalidArgument("there must be a token to go on from"));
    OP_REQUIRES(ctx, uniforms->dims() == 1 && is(*settings, {3}), errors::InvalidArgument("uniforms must be a vector, settings three numbers"));
    int64_t features = lookup.dim_size(1), at = 0;
    if (table.size() == 0) features = lookup.dim_size(0);
    std::vector<GenerationLayer> layers;
    std::vector<int64_t> states;
    for (int k = 0; k < kernel.size(); ++k) {
      const bool lstm = cells_[k] == "lstm", gru = cells_[k] == "gru";
      const int64_t gates = lstm ? 4 : gru ? 3 : 1, units = recurrent_kernel[k].dims() == 2 ? recurrent_kernel[k].dim_size(0) : 0;
      const int64_t columns = gates * units;
      OP_REQUIRES(ctx, units > 0 && is(recurrent_kernel[k], {units, columns}) && is(kernel[k], {features, columns}),
                  errors::InvalidArgument("layer ", k, ": kernels of shapes ", kernel[k].shape().DebugString(), " and ",
                                          recurrent_kernel[k].shape().DebugString(), " do not fit ", features, " features"));
      OP_REQUIRES(ctx, is(bias[k], {0}) || (gru ? is(bias[k], {2, columns}) : is(bias[k], {columns})),
                  errors::InvalidArgument("layer ", k, ": a bias of shape ", bias[k].shape().DebugString()));
      for (int s = 0; s < (lstm ? 2 : 1); ++s) {
        OP_REQUIRES(ctx, at + s < state.size() && is(state[at + s], {1, units}),
                    errors::InvalidArgument("layer ", k, " needs ", lstm ? 2 : 1, " states of shape [1,", units, "]"));
      }
      const float* b = DataOf(bias[k]);
      const LayerWeights weights{DataOf(kernel[k]), DataOf(recurrent_kernel[k]), b, gru && b ? b + columns : nullptr, features, units};
      layers.emplace_back(KindOf(NameOf(cells_[k])), weights);
      layers.back().SetState(DataOf(state[at]), lstm ? DataOf(state[at + 1]) : nullptr);
      states.push_back(at);
      at += lstm ? 2 : 1;
      features = units;
    }
    OP_REQUIRES(ctx, at == state.size(), errors::InvalidArgument("there are ", state.size(), " states, expected ", at));
    OP_REQUIRES(ctx, dense->dims() == 2 && is(*dense, {features, dense->dim_size(1)}) && dense->dim_size(1) > 0,
                errors::InvalidArgument("dense has shape ", dense->shape().DebugString(), ", expected [", features, ", tokens]"));
    const int64_t known = lookup.dim_size(0), written = dense->dim_size(1), count = uniforms->NumElements();
    OP_REQUIRES(ctx, is(*dense_bias, {0}) || is(*dense_bias, {written}), errors::InvalidArgument("dense_bias must have ", written, " numbers"));
    OP_REQUIRES(ctx, count <= 1 || written <= known, errors::InvalidArgument("a token that is written could not be read: ", written, " of ", known));
    const auto text = tokens->flat<int32_t>();
    for (int64_t k = 0; k < text.size(); ++k) {
      OP_REQUIRES(ctx, text(k) >= 0 && text(k) < known, errors::InvalidArgument("the token ", text(k), " lies outside the table of ", known, " rows"));
    }

    Tensor *generated, *logits;
    OpOutputList new_state;
    OP_REQUIRES_OK(ctx, ctx->allocate_output("generated", TensorShape({count}), &generated));
    OP_REQUIRES_OK(ctx, ctx->allocate_output("logits", TensorShape({written}), &logits));
    OP_REQUIRES_OK(ctx, ctx->output_list("new_state", &new_state));
    const auto s = settings->flat<float>();
    Generation network(std::move(layers), table.size() > 0 ? DataOf(table[0]) : nullptr, lookup.dim_size(1), DataOf(*dense), DataOf(*dense_bias),
                       features, written);
    Sampler sampler(written, {s(0), static_cast<int64_t>(std::min<float>(s(1), written)), s(2)});
    int32_t failure;
    {
      tensorflow::port::ScopedFlushDenormal flush;
      failure = network.Write({text.data(), text.size(), uniforms->flat<float>().data(), count}, sampler, generated->flat<int32_t>().data(),
                              logits->flat<float>().data());
    }
    OP_REQUIRES(ctx, failure != Sampler::kNotFinite, errors::InvalidArgument("The largest logit is not finite; the model has diverged"));
    OP_REQUIRES(ctx, failure >= 0, errors::InvalidArgument("Logit ", -1 - failure, " is NaN; the model has diverged"));
    for (int k = 0; k < kernel.size(); ++k) {
      const bool lstm = cells_[k] == "lstm";
      Tensor *h, *c = nullptr;
      OP_REQUIRES_OK(ctx, new_state.allocate(states[k], state[states[k]].shape(), &h));
      if (lstm) OP_REQUIRES_OK(ctx, new_state.allocate(states[k] + 1, state[states[k]].shape(), &c));
      network.Layer(k).GetState(h->flat<float>().data(), c ? c->flat<float>().data() : nullptr);
    }
  }

 private:
  static CellName NameOf(const std::string& cell) {
    return cell == "lstm" ? CellName::kLstm : cell == "gru" ? CellName::kGru : cell == "rnn_tanh" ? CellName::kTanh : CellName::kRelu;
  }

  std::vector<std::string> cells_;
};

REGISTER_OP("LabGenerate")
    .Input("tokens: int32")
    .Input("uniforms: float")
    .Input("settings: float")
    .Input("dense: float")
    .Input("dense_bias: float")
    .Input("table: tables * float")
    .Input("kernel: layers * float")
    .Input("recurrent_kernel: layers * float")
    .Input("bias: layers * float")
    .Input("state: states * float")
    .Output("generated: int32")
    .Output("logits: float")
    .Output("new_state: states * float")
    .Attr("cells: string")
    .Attr("tables: int >= 0")
    .Attr("layers: int >= 1")
    .Attr("states: int >= 1");
REGISTER_KERNEL_BUILDER(Name("LabGenerate").Device(tensorflow::DEVICE_CPU), GenerateOp);

}  // namespace
}  // namespace lstm_lab
