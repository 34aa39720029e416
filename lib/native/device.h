// Which device computes, decided at every call: TensorFlow's binding for Node leaves it to TensorFlow, which takes the card wherever the
// card can. Set-up compiles the binding with this header in front of it; LabDevice sets what it reads.
#pragma once

#include "tensorflow/c/eager/c_api.h"

namespace lstm_lab {

// Whether the processor computes although there is a card. One thread calls TensorFlow: Node's.
inline bool on_processor = false;

inline constexpr char kProcessor[] = "/job:localhost/replica:0/task:0/device:CPU:0";

inline TFE_Op* NewOp(TFE_Context* context, const char* name, TF_Status* status) {
  TFE_Op* op = TFE_NewOp(context, name, status);
  if (on_processor && op != nullptr && TF_GetCode(status) == TF_OK) TFE_OpSetDevice(op, kProcessor, status);
  return op;
}

inline TFE_TensorHandle* CopyToDevice(TFE_TensorHandle* handle, TFE_Context* context, const char* device, TF_Status* status) {
  return TFE_TensorHandleCopyToDevice(handle, context, on_processor ? kProcessor : device, status);
}

}  // namespace lstm_lab

#ifdef LSTM_LAB_BINDING
#define TFE_NewOp lstm_lab::NewOp
#define TFE_TensorHandleCopyToDevice lstm_lab::CopyToDevice
#endif
