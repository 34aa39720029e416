// Holds back TensorFlow's start-up log lines, which it writes whatever TF_CPP_MIN_LOG_LEVEL says until that variable is handed to absl's
// log, as is done here. The first of them comes while the TensorFlow library itself is being initialised, so this is a library of its own,
// marked to be initialised before every other.
#include <cstdlib>

#include "absl/base/log_severity.h"
#include "absl/log/globals.h"

namespace {

const bool quiet = [] {
  const char* asked = std::getenv("TF_CPP_MIN_LOG_LEVEL");
  const int level = asked != nullptr ? std::atoi(asked) : static_cast<int>(absl::LogSeverity::kFatal);
  absl::SetMinLogLevel(static_cast<absl::LogSeverityAtLeast>(level));
  return true;
}();

}  // namespace
