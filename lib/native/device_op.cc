// The TensorFlow operation LabDevice: whether the processor computes what follows, although there is a card.
#include "device.h"
#include "tensorflow/core/framework/op.h"
#include "tensorflow/core/framework/op_kernel.h"

namespace lstm_lab {
namespace {

class DeviceOp : public tensorflow::OpKernel {
 public:
  explicit DeviceOp(tensorflow::OpKernelConstruction* ctx) : OpKernel(ctx) {
    OP_REQUIRES_OK(ctx, ctx->GetAttr("processor", &processor_));
  }

  void Compute(tensorflow::OpKernelContext*) override { on_processor = processor_; }

 private:
  bool processor_ = false;
};

REGISTER_OP("LabDevice").Attr("processor: bool").SetIsStateful();
REGISTER_KERNEL_BUILDER(Name("LabDevice").Device(tensorflow::DEVICE_CPU), DeviceOp);

}  // namespace
}  // namespace lstm_lab
