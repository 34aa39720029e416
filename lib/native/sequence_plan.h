// Which step of which row is computed when: masks, direction, and the rows of a batch dealt out to threads.
#ifndef LSTM_LAB_SEQUENCE_PLAN_H_
#define LSTM_LAB_SEQUENCE_PLAN_H_

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

namespace lstm_lab {

// Steps that a mask leaves out take no time: every row has the list of its steps that count, in the order of processing, and the rows of a
// slice are sorted by the length of that list, so that those still running are always the first ones.
class SequencePlan {
 public:
  // mask: [batch, time] or null; reverse: from the last step to the first.
  SequencePlan(int64_t batch, int64_t time, const bool* mask, bool reverse, int64_t slices)
      : time_(time), reverse_(reverse), counts_(batch, time), rows_(std::max<int64_t>(1, std::min(slices, batch))) {
    if (mask != nullptr) {
      steps_.resize(batch * time);
      for (int64_t row = 0; row < batch; ++row) {
        int64_t count = 0;
        for (int64_t place = 0; place < time; ++place) {
          const int64_t step = StepAt(place);
          if (mask[row * time + step]) steps_[row * time + count++] = static_cast<int32_t>(step);
        }
        counts_[row] = count;
      }
    }
    std::vector<int64_t> sorted(batch);
    std::iota(sorted.begin(), sorted.end(), 0);
    std::stable_sort(sorted.begin(), sorted.end(), [this](int64_t a, int64_t b) { return counts_[a] > counts_[b]; });
    // Dealt out there and back again, so that every slice gets as much of the work.
    const int64_t n = rows_.size();
    for (int64_t k = 0; k < batch; ++k) {
      const int64_t turn = k / n, place = k % n;
      rows_[turn % 2 == 0 ? place : n - 1 - place].push_back(sorted[k]);
    }
  }

  int64_t Slices() const { return rows_.size(); }
  // The rows of a slice, longest first.
  const std::vector<int64_t>& Rows(int64_t slice) const { return rows_[slice]; }
  bool Masked() const { return !steps_.empty(); }
  // How many steps of a row count.
  int64_t Count(int64_t row) const { return counts_[row]; }
  // The step of the input that is computed as a row's k-th.
  int64_t Step(int64_t row, int64_t k) const { return Masked() ? steps_[row * time_ + k] : StepAt(k); }
  // The place in the order of processing of a step, and the other way round.
  int64_t Place(int64_t step) const { return reverse_ ? time_ - 1 - step : step; }
  int64_t StepAt(int64_t place) const { return Place(place); }

 private:
  int64_t time_;
  bool reverse_;
  std::vector<int64_t> counts_;
  std::vector<int32_t> steps_;
  std::vector<std::vector<int64_t>> rows_;
};

}  // namespace lstm_lab

#endif  // LSTM_LAB_SEQUENCE_PLAN_H_
