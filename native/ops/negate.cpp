// y = -x          dx = -dy, by negate itself
#include "ops/elementwise.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/negate.cpp"
#include "simd/foreach_isa.h"
#include "simd/vec.h"

CONVGRAD_BEGIN_ISA

template <class T>
void negate_elements(const T* x, T* y, int64_t n) {
  for (int64_t i = 0; i < n; i += kLanes<T>) store(y + i, -load(x + i, n - i), n - i);
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

static void negate(Launch& launch, const Buffer& x, const Buffer& y) {
  visit_widened(y.dtype, [&]<class T>() { elementwise(launch, CONVGRAD_DISPATCH(negate_elements<T>), x, y); });
}
REGISTER_OP(negate);

}  // namespace convgrad
#endif
