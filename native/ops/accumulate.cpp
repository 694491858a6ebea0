// y[i] = a[i] + b[i], all of one length: sums the gradients of a value that several ops used.
#include "ops/chunks.h"
#include "runtime/op.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/accumulate.cpp"
#define CONVGRAD_BFLOAT16_PASS
#include "simd/foreach_isa.h"
#include "simd/vec.h"

CONVGRAD_BEGIN_ISA

template <class T>
void add_elements(const T* a, const T* b, T* y, int64_t n) {
  for (int64_t i = 0; i < n; i += kLanes<T>) store(y + i, load(a + i, n - i) + load(b + i, n - i), n - i);
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

static void accumulate(Launch& launch, const Buffer& a, const Buffer& b, const Buffer& y) {
  visit_stored(y.dtype, [&]<class T>() {
    const auto kernel = CONVGRAD_DISPATCH(add_elements<T>);
    launch([=] {
      for_chunks(y.length, [&](int64_t start, int64_t count) {
        kernel(a.as<T>() + start, b.as<T>() + start, y.as<T>() + start, count);
      });
    });
  });
}
REGISTER_OP(accumulate);

}  // namespace convgrad
#endif
