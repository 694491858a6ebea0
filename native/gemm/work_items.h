// Work items with scratch memory: parallel_for for kernels whose items need a private workspace.
//
// Each of `slots` workers takes items in turn from a counter, so memory is needed per worker, not per item. An item must
// depend on its index alone: which worker runs it is not fixed.
#pragma once
#include <atomic>
#include <cstdint>

#include "gemm/blocking.h"
#include "runtime/op.h"

namespace convgrad {

class WorkItems {
 public:
  /** For use in an op's entry; `flops` decides whether other threads are worth waking. */
  WorkItems(Launch& launch, int64_t items, double flops)
      : items_(items),
        slots_(flops < blocking::kSerialFlops ? 1 : items < thread_count() ? items : thread_count()),
        next_(launch.scratch<std::atomic<int64_t>>(1)) {
    if (slots_ < 1) slots_ = 1;
  }

  int64_t items() const { return items_; }
  int64_t slots() const { return slots_; }

  /** For use on the stream: body(slot, item) for every item, slot < slots(). */
  template <class Body>
  void run(const Body& body) const {
    if (slots_ == 1) {
      for (int64_t item = 0; item < items_; ++item) body(int64_t{0}, item);
      return;
    }
    next_->store(0, std::memory_order_relaxed);
    parallel_for(slots_, [&](int64_t slot) {
      for (int64_t item; (item = next_->fetch_add(1, std::memory_order_relaxed)) < items_;) body(slot, item);
    });
  }

 private:
  int64_t items_, slots_;
  std::atomic<int64_t>* next_;
};

}  // namespace convgrad
