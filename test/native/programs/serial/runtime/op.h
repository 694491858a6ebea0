// Stands in for native/runtime/op.h in programs that plan and run kernels without Node.js: one thread, memory as asked for.
#pragma once
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

namespace convgrad {

class Launch {
 public:
  ~Launch() {
    for (void* memory : scratch_) std::free(memory);
  }

  /** Filled with NaN in every floating-point type. */
  template <class T>
  T* scratch(int64_t count) {
    const size_t bytes = (static_cast<size_t>(count) * sizeof(T) + 63) / 64 * 64;
    scratch_.push_back(std::aligned_alloc(64, bytes + 64));
    std::memset(scratch_.back(), 0xff, bytes);
    return static_cast<T*>(scratch_.back());
  }

 private:
  std::vector<void*> scratch_;
};

inline int thread_count() { return 1; }

template <class Body>
void parallel_for(int64_t count, const Body& body) {
  for (int64_t i = 0; i < count; ++i) body(i);
}

}  // namespace convgrad
