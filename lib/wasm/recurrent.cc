// Recurrent networks for WebAssembly: the C interface of recurrent.h. Shapes have been checked by whoever calls; a null pointer stands for
// what is not given or not wanted.
#include "../native/recurrent.h"

#include <vector>

#include "host.h"
#include "threads.h"

namespace lstm_lab {
namespace {

// Memory that lives as long as this does.
class Memory {
 public:
  ~Memory() {
    for (void* block : held_) Give(block);
  }
  Allocate Source() {
    return [this](int64_t n) {
      held_.push_back(Take(static_cast<uint64_t>(std::max<int64_t>(1, n)) * sizeof(float)));
      return static_cast<float*>(held_.back());
    };
  }

 private:
  std::vector<void*> held_;
};

}  // namespace
}  // namespace lstm_lab

using namespace lstm_lab;

// What both directions are told: the sizes, how time is walked, and the tensors that both read.
struct RecurrentCall {
  int32_t cell, batch, time, features, units, mask_gates, table_rows, projected, reverse, zero_output;
  const float *x, *kernel, *recurrent_kernel, *h0, *c0, *recurrent_mask;
  const bool* mask;
  const int32_t* ids;

  RecurrentShape Shape() const { return {batch, time, features, units, mask_gates, projected != 0, zero_output != 0, table_rows}; }
  const CellKind& Cell() const { return KindOf(static_cast<CellName>(cell)); }
  SequencePlan Plan() const {
    constexpr double kWorkOfThread = 1 << 20;
    const double work = static_cast<double>(batch) * time * (features + units) * Cell().gates * units;
    return SequencePlan(batch, time, mask, reverse != 0, PartsFor(work, kWorkOfThread));
  }
};

LSTM_LAB_EXPORT void recurrent_forward(const RecurrentCall* call, const float* bias, const float* recurrent_bias, float* sequence,
                                       float* output, float* h, float* c, float* gates, float* cells) {
  const RecurrentShape shape = call->Shape();
  const SequencePlan plan = call->Plan();
  const RecurrentForward forward{call->x,   call->kernel,         call->recurrent_kernel, bias, recurrent_bias, call->h0,
                                 call->c0,  call->recurrent_mask, sequence,               output, h,            c,
                                 gates,     cells,                call->ids};
  Memory memory;
  RecurrentNetwork(call->Cell(), shape, plan).Forward(forward, RunParallel, memory.Source());
}

LSTM_LAB_EXPORT void recurrent_backward(const RecurrentCall* call, const float* sequence, const float* gates, const float* cells,
                                        const float* d_sequence, const float* d_output, const float* d_h, const float* d_c, float* dx,
                                        float* d_kernel, float* d_recurrent_kernel, float* d_bias, float* d_recurrent_bias, float* d_h0,
                                        float* d_c0) {
  const RecurrentShape shape = call->Shape();
  const SequencePlan plan = call->Plan();
  const RecurrentBackward backward{call->x,    call->kernel, call->recurrent_kernel, call->h0, call->c0,           call->recurrent_mask,
                                   sequence,   gates,        cells,                  d_sequence, d_output,         d_h,
                                   d_c,        dx,           d_kernel,               d_recurrent_kernel, d_bias, d_recurrent_bias,
                                   d_h0,       d_c0,         call->ids};
  Memory memory;
  RecurrentNetwork(call->Cell(), shape, plan).Backward(backward, RunParallel, memory.Source());
}
