// Skip-gram for WebAssembly: the C interface of skip_gram.h. Every token lies inside the vocabulary; whoever calls has seen to it.
#include "../native/skip_gram.h"

#include "host.h"

using namespace lstm_lab;

struct SkipGramCall {
  int32_t dim, window, negative;
  const int32_t* table;
  int32_t table_size;
  const float* keep;
  float *in, *out;
  const int32_t* text;
  int32_t length, seed;
};

// Gives how many pairs it trained.
LSTM_LAB_EXPORT double skip_gram(const SkipGramCall* call, float first_rate, float last_rate) {
  const SkipGramSettings settings{call->dim, call->window, call->negative, call->table, call->table_size, call->keep};
  SkipGram pass(settings, call->in, call->out, static_cast<uint32_t>(call->seed));
  return static_cast<double>(pass.Train(call->text, call->length, first_rate, last_rate));
}
