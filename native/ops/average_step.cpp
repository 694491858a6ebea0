// average = average + rate·(w − average), in place and in one pass; where asked for, w takes that value, too.
#include "ops/chunks.h"
#include "runtime/op.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/average_step.cpp"
#include "simd/foreach_isa.h"
#include "simd/vec.h"

CONVGRAD_BEGIN_ISA

template <class T>
void average_elements(T* average, T* w, int64_t n, T rate, bool write_back) {
  for (int64_t i = 0; i < n; i += kLanes<T>) {
    const Vec<T> old = load(average + i, n - i);
    const Vec<T> moved = old + (load(w + i, n - i) - old) * rate;
    store(average + i, moved, n - i);
    if (write_back) store(w + i, moved, n - i);
  }
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

static void average_step(Launch& launch, const Buffer& average, const Buffer& w, double rate, bool write_back) {
  visit_float(w.dtype, [&]<class T>() {
    const auto kernel = CONVGRAD_DISPATCH(average_elements<T>);
    launch([=] {
      for_chunks(w.length, [&](int64_t start, int64_t n) {
        kernel(average.as<T>() + start, w.as<T>() + start, n, static_cast<T>(rate), write_back);
      });
    });
  });
}
REGISTER_OP(average_step);

}  // namespace convgrad
#endif
