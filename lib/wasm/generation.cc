// A stretch of tokens for WebAssembly: the C interface of generation.h. Shapes and tokens have been checked by whoever calls.
#include "../native/generation.h"

#include "host.h"

using namespace lstm_lab;

// A layer, with the states that it begins with and where it is to write those that it ends with; c for a cell that has one.
struct LayerCall {
  int32_t cell;
  const float *kernel, *recurrent_kernel, *bias, *recurrent_bias;
  int32_t features, units;
  const float *h, *c;
  float *h_end, *c_end;
};

struct GenerateCall {
  int32_t layers;
  const float *table, *dense, *dense_bias;
  int32_t features, units, written_tokens;
  const int32_t* tokens;
  int32_t count;
  const float* uniforms;
  int32_t writes;
};

// Gives 0, or what Generation::Write gives when the logits are no numbers.
LSTM_LAB_EXPORT int32_t generate(const GenerateCall* call, const LayerCall* layer_calls, float temperature, float top_k, float top_p,
                                 int32_t* written, float* logits) {
  std::vector<GenerationLayer> layers;
  for (int32_t k = 0; k < call->layers; ++k) {
    const LayerCall& l = layer_calls[k];
    layers.emplace_back(KindOf(static_cast<CellName>(l.cell)),
                        LayerWeights{l.kernel, l.recurrent_kernel, l.bias, l.recurrent_bias, l.features, l.units});
    layers.back().SetState(l.h, l.c);
  }
  Generation network(std::move(layers), call->table, call->features, call->dense, call->dense_bias, call->units, call->written_tokens);
  const int64_t tokens = call->written_tokens;
  Sampler sampler(tokens, {temperature, static_cast<int64_t>(std::min<float>(top_k, tokens)), top_p});
  const int32_t failure = network.Write({call->tokens, call->count, call->uniforms, call->writes}, sampler, written, logits);
  for (int32_t k = 0; k < call->layers; ++k) network.Layer(k).GetState(layer_calls[k].h_end, layer_calls[k].c_end);
  return failure;
}
